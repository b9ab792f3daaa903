/** Labels that this product puts on a job: what it must know again after a restart lives on the job itself. */
export const LABELS = {
  tool: 'tool',
  run: 'run',
  token: 'submit_token',
  rows: 'rows',
  /** `3-of-7`, on the jobs of a run that has several. */
  shard: 'shard',
  /** `2` and more, on jobs that try failed rows of the run again. */
  attempt: 'attempt',
} as const;

export const TOOL_LABEL = 'vertex-batch-mcp';

/** Keys that a caller cannot set. */
export const RESERVED_LABELS: readonly string[] = Object.values(LABELS);
