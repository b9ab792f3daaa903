import type { Command } from '../command.ts';
import { connect } from '../connection.ts';

export const doctor: Command = {
  name: 'doctor',
  about: 'Check credentials, project, APIs, permissions and bucket, with the command that mends each fault.',
  options: [{ flag: 'model', value: 'id', about: 'Also check this model at its location.' }],
  run: async ({ settings, flags }) => {
    const server = await connect({ ...settings, logLevel: 'warning' });
    try {
      const { model } = flags;
      const { data, summary } = await server.call('check_setup', { ...(model && { model }) });
      for (const line of data.checks) server.say.check(line);
      server.say.lines(`\n${summary}`);
      if (!data.ready) process.exitCode = 1;
    } finally {
      await server.close();
    }
  },
};
