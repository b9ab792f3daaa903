/** Stands in for the server SDK's module of platform defaults, without Ajv: half a bundle to check forms with. */
export { default as process } from 'node:process';
export { CfWorkerJsonSchemaValidator as DefaultJsonSchemaValidator } from '@modelcontextprotocol/server/validators/cf-worker';
