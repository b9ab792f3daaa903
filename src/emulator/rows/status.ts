/** HTTP status → its words in a row's status, and the code of google.rpc. */
const STATUSES: Record<number, readonly [words: string, code: string]> = {
  400: ['Bad Request', 'INVALID_ARGUMENT'],
  403: ['Forbidden', 'PERMISSION_DENIED'],
  404: ['Not Found', 'NOT_FOUND'],
  408: ['Request Timeout', 'DEADLINE_EXCEEDED'],
  429: ['Too Many Requests', 'RESOURCE_EXHAUSTED'],
  500: ['Internal Server Error', 'INTERNAL'],
  503: ['Service Unavailable', 'UNAVAILABLE'],
  504: ['Gateway Timeout', 'DEADLINE_EXCEEDED'],
};

/** The status of a row that failed: a text, the words of HTTP and a JSON object written with spaces. */
export function rowStatus(status: number, message: string): string {
  const [words, code] = STATUSES[status] ?? ['Internal Server Error', 'INTERNAL'];
  return `${words}: {"error": {"code": ${status}, "message": ${JSON.stringify(message)}, "status": "${code}"}}`;
}

/** google.rpc code of an HTTP status. */
export const rpcCode = (status: number): string => STATUSES[status]?.[1] ?? 'UNKNOWN';
