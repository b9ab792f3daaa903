/** An error as a Google service answers it; thrown by routes, rendered once by the app. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly status: number;
  /** google.rpc.Code name for Vertex AI (`INVALID_ARGUMENT`), reason for Cloud Storage (`conditionNotMet`). */
  readonly reason: string;
  readonly headers: Record<string, string>;

  constructor(status: number, reason: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.headers = headers;
  }
}

export const invalidArgument = (message: string): ServiceError =>
  new ServiceError(400, 'INVALID_ARGUMENT', message);

/** The envelope of Vertex AI: google.rpc.Status in JSON. */
export const rpcEnvelope = (error: ServiceError) => ({
  error: { code: error.status, message: error.message, status: error.reason },
});

/** The older envelope of Cloud Storage and BigQuery. */
export const legacyEnvelope = (error: ServiceError) => ({
  error: {
    code: error.status,
    message: error.message,
    errors: [{ message: error.message, domain: 'global', reason: error.reason }],
  },
});
