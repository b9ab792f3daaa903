import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse';
import { lines } from './compose-task.ts';
import { tellCost } from './cost.ts';

const [, , table = '', out = ''] = process.argv;
await pipeline(createReadStream(table), parse({ columns: true }), lines, createWriteStream(out));
tellCost();
