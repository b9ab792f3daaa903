/** The same for the client SDK, which the demo drives the server with. */
export const CORS_IS_POSSIBLE = false;
export { CfWorkerJsonSchemaValidator as DefaultJsonSchemaValidator } from '@modelcontextprotocol/client/validators/cf-worker';
