import type { Tool } from './define.ts';

/**
 * Every tool, in the order of the work. Loaded when first called: `tools/list` is answered from
 * `descriptors.json`, which is generated from the same declarations.
 */
export const TOOLS = {
  list_supported_models: async () => (await import('./models/list-supported-models.ts')).listSupportedModels,
  check_setup: async () => (await import('./setup/check-setup.ts')).checkSetup,
  compose_batch_input: async () => (await import('./inputs/compose-batch-input.ts')).composeBatchInput,
  validate_batch_input: async () => (await import('./inputs/validate-batch-input.ts')).validateBatchInput,
  estimate_batch_cost: async () => (await import('./inputs/estimate-batch-cost.ts')).estimateBatchCost,
  preview_batch: async () => (await import('./inputs/preview-batch.ts')).previewBatch,
  create_batch_job: async () => (await import('./jobs/create-batch-job.ts')).createBatchJob,
  get_job_status: async () => (await import('./jobs/get-job-status.ts')).getJobStatus,
  list_batch_jobs: async () => (await import('./jobs/list-batch-jobs.ts')).listBatchJobs,
  cancel_batch_job: async () => (await import('./jobs/cancel-batch-job.ts')).cancelBatchJob,
  delete_batch_job: async () => (await import('./jobs/delete-batch-job.ts')).deleteBatchJob,
  collect_batch_results: async () => (await import('./results/collect-batch-results.ts')).collectBatchResults,
  query_batch_results: async () => (await import('./results/query-batch-results.ts')).queryBatchResults,
  export_batch_results: async () => (await import('./results/export-batch-results.ts')).exportBatchResults,
  retry_batch_failures: async () => (await import('./results/retry-batch-failures.ts')).retryBatchFailures,
} satisfies Record<string, () => Promise<unknown>>;

export type ToolName = keyof typeof TOOLS;

export const isToolName = (name: string): name is ToolName => Object.hasOwn(TOOLS, name);

/** Input and output types differ from tool to tool; who calls one by name knows only that it is a tool. */
export const loadTool = async (name: ToolName): Promise<Tool> => (await TOOLS[name]()) as unknown as Tool;
