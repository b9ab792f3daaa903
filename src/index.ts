/** The library surface: the server to embed, and the emulated Google side to test against. */
export { createEmulator, type Emulator, type EmulatorOptions } from './emulator/app.ts';
export { listen } from './emulator/listen.ts';
export { createHttpHandler } from './server/http.ts';
export { createSession, type Session, type SessionOptions } from './server/session.ts';
export { serveStdio } from './server/stdio.ts';
export type { Settings } from './settings.ts';
export { type Clock, systemClock } from './support/clock.ts';
export { VERSION } from './version.ts';
