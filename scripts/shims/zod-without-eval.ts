/** Runs before the SDK builds its schemas: compiling each for the few messages of an opening costs more than it saves. */
import { config } from 'zod/v4/core';

config({ jitless: true });
