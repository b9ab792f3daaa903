import { systemClock } from '../../support/clock.ts';
import { UserError } from '../../support/errors.ts';
import type { Command } from '../command.ts';

const DEFAULT_PORT = 8920;

export const emulator: Command = {
  name: 'emulator',
  about: 'Serve the emulated Vertex AI and Cloud Storage on a loopback port, for any other client.',
  options: [
    {
      flag: 'port',
      value: 'number',
      about: `Port to listen on; 0 takes a free one. Default ${DEFAULT_PORT}.`,
    },
  ],
  run: async ({ settings, flags }) => {
    const port = Number(flags.port ?? DEFAULT_PORT);
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new UserError('bad_command_line', {
        what: `--port is '${flags.port}'.`,
        fix: 'Give a number from 0 to 65535.',
      });
    const { openEmulator } = await import('../../backend.ts');
    const { listen } = await import('../../emulator/listen.ts');
    const { onShutdown } = await import('../../server/shutdown.ts');
    const { createWorkspace } = await import('../../pipeline/workspace.ts');
    const { emulatorFolder } = createWorkspace(settings.workspace, settings.allowDirs);
    const running = await openEmulator(settings, { clock: systemClock, emulatorFolder });
    const { url, close } = await listen(running, { port });
    process.stdout.write(`${url}\n`);
    process.stderr.write(
      `Emulating Vertex AI and Cloud Storage at ${url}; state in ${emulatorFolder}. Ctrl-C ends it.\n`,
    );
    onShutdown(async () => {
      await close();
      await running.close();
    });
  },
};
