import { answerColumns } from '../batch/answer-columns.ts';
import type { AnswerSchema } from '../batch/answer-row.ts';
import { type CollectInput, findInput } from './collect-input.ts';
import { schemaOf, takenNames } from './collect-reading.ts';
import { findOutput, isFolder, versionOf } from './find-output.ts';
import type { JobFacts } from './job-facts.ts';
import type { Manifest } from './manifest.ts';
import type { OutputFiles } from './output-files.ts';
import { PART_FORMAT, type PartMade } from './part.ts';
import type { Ports } from './ports.ts';

/** A job with all that is known of it before its output is read. */
export interface FoundJob {
  facts: JobFacts;
  input: CollectInput;
  output: OutputFiles;
  made: PartMade;
}

/** Finds inputs and outputs; reads no rows but the first, for its schema. */
export async function findResults(
  jobs: readonly JobFacts[],
  ports: Ports,
): Promise<{ found: FoundJob[]; schema: AnswerSchema | undefined }> {
  const folders = new Set(jobs.flatMap(({ output = '' }) => (isFolder(output) ? [output] : [])));
  const inputs: CollectInput[] = [];
  for (const facts of jobs) inputs.push(await findInput(facts, ports));
  const schema = await schemaOf(inputs, ports.signal);
  const taken = takenNames(inputs);
  const columns = schema
    ? answerColumns(schema, taken).columns.map(({ name, type }) => `${name} ${type}`)
    : [];
  const found: FoundJob[] = [];
  for (const [index, facts] of jobs.entries()) {
    const input = inputs[index] as CollectInput;
    const output = await findOutput(facts, folders, ports);
    const made: PartMade = {
      format: PART_FORMAT,
      job: facts.job,
      columns,
      input: input.files.map(({ version }) => version),
      output: output.files.map(versionOf),
    };
    found.push({ facts, input, output, made });
  }
  return { found, schema };
}

/** What tells whether a job has anything new. */
export const readOf = ({ facts, made }: FoundJob) => ({
  job: facts.job,
  state: facts.state,
  input: made.input,
  output: made.output,
});

/** Of the inputs, each once. */
export const manifestsOf = (found: readonly FoundJob[]): Manifest[] => [
  ...new Map(
    found.flatMap(({ input: { manifest } }) => (manifest ? [[manifest.id, manifest]] : [])),
  ).values(),
];
