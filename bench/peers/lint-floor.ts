/** The floor of whatever reads request rows: each line through `JSON.parse`, and nothing more. */
import { closeSync, openSync, readSync } from 'node:fs';
import { tellCost } from './cost.ts';

const NEWLINE = 0x0a;
const [, , rows = ''] = process.argv;
const file = openSync(rows, 'r');
const buffer = Buffer.allocUnsafeSlow(4 << 20);
let held = 0;
for (let read = 1; read > 0; ) {
  read = readSync(file, buffer, held, buffer.length - held, null);
  const bytes = buffer.subarray(0, held + read);
  let start = 0;
  for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
    JSON.parse(bytes.toString('utf8', start, end));
    start = end + 1;
  }
  bytes.copyWithin(0, start);
  held = bytes.length - start;
}
closeSync(file);
tellCost();
