import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Settings } from '../../settings.ts';
import { UserError } from '../../support/errors.ts';
import { count } from '../../support/text.ts';
import type { Command } from '../command.ts';
import { type Connection, connect } from '../connection.ts';
import { hostConfig } from '../demo/host-config.ts';
import { packageFile } from '../demo/package-file.ts';
import { progressBar } from '../progress-bar.ts';

const MODEL = 'gemini-3.5-flash-lite';
const REVIEWS = {
  prompt: 'Classify the sentiment of this review of a {{product}}: {{review}}',
  generation_config: {
    maxOutputTokens: 400,
    responseMimeType: 'application/json',
    responseSchema: {
      type: 'OBJECT',
      properties: {
        sentiment: { type: 'STRING', enum: ['positive', 'neutral', 'negative'] },
        reason: { type: 'STRING' },
      },
      required: ['sentiment', 'reason'],
    },
  },
};

export const demo: Command = {
  name: 'demo',
  about: 'Run a whole batch on the embedded emulator: no account, no key, no network.',
  positional: 'table.csv',
  options: [
    { flag: 'prompt', value: 'text', about: 'Prompt with {{column}} placeholders, for a table of your own.' },
    { flag: 'model', value: 'id', about: `Model to pretend to be. Default ${MODEL}.` },
  ],
  run: async ({ settings, flags, positionals }) => {
    const [table] = positionals;
    const job = composeArguments(table, flags.prompt as string | undefined);
    const server = await connect(await demoSettings(settings, job.source));
    try {
      await walk(server, job, (flags.model as string | undefined) ?? MODEL);
    } finally {
      await server.close();
    }
  },
};

/** The way of a batch, as an assistant would go it. */
async function walk({ call, say }: Connection, job: { source: string }, model: string): Promise<void> {
  say.title(
    'vertex-batch-mcp demo',
    'on the embedded emulator: no Google account, nothing billed, answers made up',
  );
  const input = await call('compose_batch_input', job);
  say.reply('compose_batch_input', input.summary);
  const submit = { model, input: input.data.input_id };
  const plan = await call('create_batch_job', submit);
  say.reply('create_batch_job', plan.summary);
  const created = await call('create_batch_job', { ...submit, confirm: plan.data.confirm });
  say.reply('create_batch_job, with the confirm value: here the demo agrees for you', created.summary);
  const { job: name, rows } = created.data;
  const bar = progressBar(rows);
  let status = await call('get_job_status', { job: name, wait_seconds: 1 }, bar.update);
  while (!status.data.ended)
    status = await call('get_job_status', { job: name, wait_seconds: 1 }, bar.update);
  bar.stop();
  say.reply('get_job_status', status.summary);
  say.table(
    'rows',
    Object.entries(status.data.outcomes ?? {}).map(([outcome, n]) => [outcome, count(Number(n), 'row')]),
  );
  say.samples(status.data.samples ?? []);
  const collected = await call('collect_batch_results', { job: name });
  say.reply('collect_batch_results', collected.summary);
  const exported = await call('export_batch_results', { run: collected.data.run, to: 'answers.csv' });
  say.reply('export_batch_results', exported.summary);
  say.table('file', [['every row', exported.data.file]]);
  say.title(
    'Now with Claude Desktop',
    'add this to its configuration, and ask it to run a prompt over your table',
  );
  say.lines(hostConfig());
}

function composeArguments(table: string | undefined, prompt: string | undefined) {
  if (!table) return { source: packageFile('examples/reviews.csv'), ...REVIEWS, ...(prompt && { prompt }) };
  if (!prompt)
    throw new UserError('bad_command_line', {
      what: 'A table of your own needs a prompt.',
      fix: `Add --prompt 'Summarise: {{column}}', with a column of ${table}.`,
    });
  return { source: resolve(table), prompt, generation_config: { maxOutputTokens: 400 } };
}

/** A folder of its own each time, so that the second demo is a new job and not the first one found again. */
async function demoSettings(settings: Settings, source: string): Promise<Settings> {
  const workspace = await mkdtemp(join(tmpdir(), 'vertex-batch-demo-'));
  const folders = { workspace, allowDirs: [dirname(source)] };
  // On the emulator nobody is asked, unless a limit is set: this one shows how a price is agreed to.
  return { ...settings, ...folders, backend: 'emulator', askAboveUsd: 0, logLevel: 'warning' };
}
