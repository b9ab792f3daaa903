import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import Papa from 'papaparse';
import { lines } from './compose-task.ts';
import { tellCost } from './cost.ts';

const [, , table = '', out = ''] = process.argv;
const parser = Papa.parse(Papa.NODE_STREAM_INPUT, { header: true });
// As a stream of buffers it would break characters at the edges of chunks.
await pipeline(createReadStream(table, { encoding: 'utf8' }), parser, lines, createWriteStream(out));
tellCost();
