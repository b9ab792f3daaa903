import { subscribe } from 'node:diagnostics_channel';

let threads = 0;
subscribe('worker_threads', () => {
  threads += 1;
});

/** The last line of every program: what it took, its threads included. */
export const tellCost = (): void =>
  console.log(JSON.stringify({ maxRssKb: process.resourceUsage().maxRSS, threads }));
