/** One endpoint of the emulator, for the coverage page. A test holds these against the routes. */
export interface CoverageEntry {
  service: 'vertex' | 'storage' | 'bigquery' | 'resource-manager' | 'service-usage';
  /** Google's name of the method: `projects.locations.batchPredictionJobs.create`. */
  rpc: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Route pattern as registered with the router. */
  path: string;
  /** What is done as Google does it, and what is not. One sentence; stricter readings are named here. */
  fidelity: string;
  /** The test file that drives this endpoint with a client that is not ours. */
  test: string;
}
