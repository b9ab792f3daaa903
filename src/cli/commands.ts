import type { Command } from './command.ts';

/** `serve` is what hosts start, and needs no word. Each command loads only what it uses. */
export const COMMANDS: Record<string, () => Promise<Command>> = {
  serve: async () => (await import('./commands/serve.ts')).serve,
  demo: async () => (await import('./commands/demo.ts')).demo,
  emulator: async () => (await import('./commands/emulator.ts')).emulator,
};
