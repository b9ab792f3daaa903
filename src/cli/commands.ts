import type { Command } from './command.ts';

/** `serve` is what hosts start, and needs no word. Each command loads only what it uses. */
export const COMMANDS: Record<string, () => Promise<Command>> = {
  serve: async () => (await import('./commands/serve.ts')).serve,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
  demo: async () => (await import('./commands/demo.ts')).demo,
  watch: async () => (await import('./commands/watch.ts')).watch,
  emulator: async () => (await import('./commands/emulator.ts')).emulator,
};
