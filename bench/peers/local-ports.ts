import type { Ports } from '../../src/pipeline/ports.ts';
import { createWorkspace } from '../../src/pipeline/workspace.ts';
import { systemClock } from '../../src/support/clock.ts';

/** The ports of steps that touch local files alone: a workspace, and a folder that may be read. */
export const localPorts = (workspace: string, readable: string): Ports =>
  ({
    workspace: createWorkspace(workspace, [readable]),
    clock: systemClock,
    signal: new AbortController().signal,
    progress: () => undefined,
  }) as unknown as Ports;
