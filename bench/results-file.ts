import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { seededIds } from '../src/support/ids.ts';
import { lines } from '../src/support/lines.ts';

const BLOCK_ROWS = 512;

/** The output of a job over these request rows: each echoed beside its answer, in an order of its own. */
export async function resultsFile(requests: string, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await pipeline(Readable.from(blocks(requests)), createWriteStream(path));
}

async function* blocks(requests: string): AsyncGenerator<string> {
  const { random } = seededIds('results');
  let block: string[] = [];
  let n = 0;
  const shuffled = () => {
    for (let at = block.length - 1; at > 0; at--) {
      const other = Math.floor(random() * (at + 1));
      [block[at], block[other]] = [block[other] as string, block[at] as string];
    }
    return block.join('');
  };
  for await (const line of lines(createReadStream(requests, { highWaterMark: 1 << 20 }))) {
    n += 1;
    const { key, request } = JSON.parse(line.toString());
    block.push(`${JSON.stringify(outputRow(key, request, n))}\n`);
    if (block.length < BLOCK_ROWS) continue;
    yield shuffled();
    block = [];
  }
  yield shuffled();
}

/** One row of a thousand is refused for load, and one is cut short. */
function outputRow(key: string, request: unknown, n: number) {
  const row = { key, status: '', processed_time: '2026-11-22T12:00:00.000+00:00', request };
  if (n % 1000 === 0) {
    const status =
      'Too Many Requests: {"error": {"code": 429, "message": "Resource exhausted", "status": "RESOURCE_EXHAUSTED"}}';
    return { ...row, status, response: {} };
  }
  const answer = {
    sentiment: 'mixed',
    score: 1 + (n % 5),
    complaints: ['late delivery', 'the box was open'],
    reason: `Reviewer ${n} liked the kettle but complained about its delivery, and about the smell of hot plastic.`,
  };
  const promptTokenCount = 900 + (n % 100);
  return {
    ...row,
    response: {
      candidates: [
        {
          content: { role: 'model', parts: [{ text: JSON.stringify(answer) }] },
          finishReason: n % 1000 === 1 ? 'MAX_TOKENS' : 'STOP',
          avgLogprobs: -0.12,
        },
      ],
      modelVersion: 'gemini-3.5-flash-lite',
      usageMetadata: {
        promptTokenCount,
        candidatesTokenCount: 60,
        thoughtsTokenCount: 20,
        totalTokenCount: promptTokenCount + 80,
        promptTokensDetails: [{ modality: 'TEXT', tokenCount: promptTokenCount }],
        candidatesTokensDetails: [{ modality: 'TEXT', tokenCount: 60 }],
        trafficType: 'ON_DEMAND',
      },
    },
  };
}
