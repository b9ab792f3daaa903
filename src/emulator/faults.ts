import { z } from 'zod';
import type { Fate } from './jobs/states.ts';

/**
 * What goes wrong, as data. The first fault that matches and has not run out applies.
 * HTTP faults count requests, job faults count jobs, row faults count rows in the order of the input.
 */
const match = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).optional(),
  /** Glob over the path, `*` within a segment and `**` over segments: `/v1/projects/**`. */
  path: z.string().optional(),
  /** Google's name of the method as the coverage table has it; a glob too: `*.batchPredictionJobs.create`. */
  rpc: z.string().optional(),
  /** Glob over the display name of the job. */
  job: z.string().optional(),
  row: z
    .strictObject({
      key: z.string().optional(),
      /** Text anywhere in the line; for online calls, in the request. */
      contains: z.string().optional(),
      /** Every n-th row of the input, counted from 1. Never matches an online call. */
      every: z.int().positive().optional(),
    })
    .optional(),
});

const httpResponse = z.union([
  z.strictObject({
    status: z.int().min(400).max(599),
    body: z.json().optional(),
    headers: z.record(z.string(), z.string()).optional(),
  }),
  /** The work is done, the answer is lost: the connection breaks. */
  z.strictObject({ lose: z.literal(true) }),
  /** The body breaks off after so many bytes. */
  z.strictObject({ cut: z.int().nonnegative() }),
]);

const rowResponse = z.union([
  z.strictObject({ rowStatus: z.string().min(1) }),
  z.strictObject({ finishReason: z.string().min(1) }),
  z.strictObject({ blockReason: z.string().min(1) }),
  /** The row is missing in the output. */
  z.strictObject({ drop: z.literal(true) }),
  /** The row is in the output twice. */
  z.strictObject({ duplicate: z.literal(true) }),
]);

const jobResponse = z.strictObject({
  jobState: z.enum([
    'JOB_STATE_FAILED',
    'JOB_STATE_EXPIRED',
    'JOB_STATE_PAUSED',
    'JOB_STATE_PARTIALLY_SUCCEEDED',
  ]),
  error: z.string().optional(),
  /** Rows that are done before the job stops; default half of them. */
  afterRows: z.int().nonnegative().optional(),
});

const fault = z.strictObject({
  match: match.default({}),
  /** How often it applies; without it, always. */
  times: z.int().positive().optional(),
  respond: z.union([httpResponse, rowResponse, jobResponse]),
});

export type Fault = z.input<typeof fault>;
type ParsedFault = z.output<typeof fault>;
export type HttpResponse = z.output<typeof httpResponse>;
export type RowResponse = z.output<typeof rowResponse>;

/** Faults from JSON: a list. Throws an error that names the place of each mistake. */
export function parseFaults(json: unknown): Fault[] {
  const parsed = z.array(fault).safeParse(json);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}

export interface RequestFacts {
  method: string;
  path: string;
  rpc: string | undefined;
}

export interface RowFacts {
  /** Counted from 1; undefined for an online call. */
  number: number | undefined;
  key: unknown;
  text: string;
}

export interface Faults {
  onRequest(request: RequestFacts): HttpResponse | undefined;
  onJob(displayName: string): Fate | undefined;
  /** Only the faults without an end; they need no memory. */
  onRow(displayName: string, row: RowFacts): RowResponse | undefined;
  /** The faults that run out, in the order of the input. The index goes to `rowFault`. */
  onImportedRow(displayName: string, row: RowFacts): number | undefined;
  rowFault(index: number): RowResponse | undefined;
  /** An online call takes the faults of rows too. */
  onOnline(rpc: string, row: RowFacts): RowResponse | undefined;
  readonly counted: boolean;
}

export function createFaults(faults: readonly Fault[]): Faults {
  const parsed = faults.map((one) => fault.parse(one));
  const left = new Map(parsed.map((one) => [one, one.times ?? Number.POSITIVE_INFINITY]));
  const remains = (one: ParsedFault) => (left.get(one) ?? 0) > 0;
  const use = (one: ParsedFault) => left.set(one, (left.get(one) ?? 0) - 1);
  const of = <T>(schema: z.ZodType<T>) => parsed.filter(({ respond }) => schema.safeParse(respond).success);
  const http = of(httpResponse);
  const rows = of(rowResponse);
  const jobs = of(jobResponse);

  const endless = rows.filter(({ times }) => times === undefined);
  const fitsAll = (one: ParsedFault, displayName: string | undefined, row: RowFacts, rpc?: string) =>
    fits(one.match.rpc, rpc, '.') && fitsJob(one, displayName) && fitsRow(one, row);

  return {
    counted: rows.some(({ times }) => times !== undefined),
    onRequest(request) {
      const found = http.find((one) => remains(one) && fitsRequest(one, request));
      if (found === undefined) return undefined;
      use(found);
      return found.respond as HttpResponse;
    },
    onJob(displayName) {
      const found = jobs.find((one) => remains(one) && fitsJob(one, displayName));
      if (found === undefined) return undefined;
      use(found);
      const { jobState, error, afterRows } = found.respond as z.output<typeof jobResponse>;
      return { state: jobState, error: error ?? 'Internal error encountered.', afterRows };
    },
    onRow(displayName, row) {
      const found = endless.find((one) => fitsAll(one, displayName, row));
      return found?.respond as RowResponse | undefined;
    },
    onImportedRow(displayName, row) {
      const found = rows.find((one) => remains(one) && fitsAll(one, displayName, row));
      if (found?.times === undefined) return undefined;
      use(found);
      return parsed.indexOf(found);
    },
    rowFault: (index) => parsed[index]?.respond as RowResponse | undefined,
    onOnline(rpc, row) {
      const found = rows.find((one) => remains(one) && fitsAll(one, undefined, row, rpc));
      if (found !== undefined) use(found);
      return found?.respond as RowResponse | undefined;
    },
  };
}

const fitsRequest = ({ match: { method, path, rpc } }: ParsedFault, request: RequestFacts): boolean =>
  (method === undefined || method === request.method) &&
  fits(path, request.path, '/') &&
  fits(rpc, request.rpc, '.');

const fitsJob = ({ match: { job } }: ParsedFault, displayName: string | undefined): boolean =>
  fits(job, displayName, '/');

function fitsRow({ match: { row } }: ParsedFault, { number, key, text }: RowFacts): boolean {
  if (row === undefined) return true;
  if (row.key !== undefined && row.key !== String(key)) return false;
  if (row.contains !== undefined && !text.includes(row.contains)) return false;
  return row.every === undefined || (number !== undefined && number % row.every === 0);
}

/** No pattern fits everything; a pattern never fits what is not known. */
function fits(pattern: string | undefined, value: string | undefined, separator: string): boolean {
  if (pattern === undefined) return true;
  return value !== undefined && glob(pattern, separator).test(value);
}

const globs = new Map<string, RegExp>();

function glob(pattern: string, separator: string): RegExp {
  const known = globs.get(separator + pattern);
  if (known !== undefined) return known;
  const within = separator === '.' ? '.*' : `[^${separator}]*`;
  const source = pattern
    .split(/(\*\*|\*|\?)/)
    .map((piece) => {
      if (piece === '**') return '.*';
      if (piece === '*') return within;
      return piece === '?' ? '.' : piece.replace(/[\\^$.+()[\]{}|]/g, '\\$&');
    })
    .join('');
  const expression = new RegExp(`^${source}$`, 's');
  globs.set(separator + pattern, expression);
  return expression;
}
