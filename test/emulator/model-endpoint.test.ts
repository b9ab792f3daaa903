import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Answer, openVertex, row, rowsOf, type Vertex } from '../support/vertex-emulator.ts';

/** A chat server as people run them at home: it counts what it was asked and can be told to fail. */
interface Chat {
  url: string;
  requests: Answer[];
  mostAtOnce: number;
  status: number;
  waitForSecond: boolean;
  server: Server;
}

async function openChat(): Promise<Chat> {
  let atOnce = 0;
  const chat: Chat = {
    url: '',
    requests: [],
    mostAtOnce: 0,
    status: 200,
    waitForSecond: false,
    server: createServer(),
  };
  chat.server.on('request', async (request, response) => {
    if (request.url === '/v1/models') {
      response.end(JSON.stringify({ data: [{ id: 'small-model' }] }));
      return;
    }
    atOnce += 1;
    chat.mostAtOnce = Math.max(chat.mostAtOnce, atOnce);
    let body = '';
    for await (const chunk of request) body += chunk;
    const asked = JSON.parse(body);
    chat.requests.push(asked);
    // The first one waits for company: rows are asked for together.
    if (chat.requests.length === 1 && chat.waitForSecond) await once(chat.server, 'request');
    response.statusCode = chat.status;
    response.end(
      JSON.stringify({
        choices: [{ message: { content: `echo: ${asked.messages.at(-1).content}` }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 11, completion_tokens: 7 },
      }),
    );
    atOnce -= 1;
  });
  await new Promise<void>((resolve) => chat.server.listen(0, '127.0.0.1', resolve));
  chat.url = `http://127.0.0.1:${(chat.server.address() as AddressInfo).port}/v1`;
  return chat;
}

let chat: Chat;
let vertex: Vertex;
beforeEach(async () => {
  chat = await openChat();
  vertex = await openVertex({ modelEndpoint: chat.url });
});
afterEach(async () => {
  await vertex.close();
  chat.server.closeAllConnections();
  await new Promise((resolve) => chat.server.close(resolve));
});

/** Looks at a job until it has ended; the work goes on behind the looks. */
async function untilEnd(name: string): Promise<Answer> {
  for (let look = 0; look < 1000; look++) {
    vertex.clock.advance(1000);
    const job = await vertex.get(name);
    if (job.endTime) return job;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('the job did not end');
}

test('a job is answered by the endpoint, a few rows at a time', async () => {
  chat.waitForSecond = true;
  await vertex.put('in.jsonl', rowsOf(60));
  const { name } = await vertex.create();
  vertex.clock.advance(200_000);
  const job = await untilEnd(name);
  expect(job.completionStats).toEqual({ successfulCount: '60' });
  const rows = await vertex.rows(job);
  expect(rows).toHaveLength(60);
  for (const { key, response } of rows) {
    expect(response.candidates[0].content.parts).toEqual([{ text: `echo: Say ${key}.` }]);
    expect(response.usageMetadata).toMatchObject({
      promptTokenCount: 11,
      candidatesTokenCount: 7,
      totalTokenCount: 18,
    });
  }
  expect(chat.requests).toHaveLength(60);
  expect(chat.mostAtOnce).toBeGreaterThan(1);
  expect(chat.mostAtOnce).toBeLessThanOrEqual(4);
  expect(chat.requests[0].model).toBe('small-model');
});

test('a restart does not ask again for rows that are done', async () => {
  await vertex.put('in.jsonl', rowsOf(100));
  const { name } = await vertex.create();
  vertex.clock.advance(200_000);
  await vertex.get(name);
  while (chat.requests.length < 40) await new Promise((resolve) => setImmediate(resolve));
  await vertex.emulator.close();
  const asked = chat.requests.length;
  expect(asked).toBeLessThan(100);

  const closed = vertex;
  vertex = await vertex.reopen();
  const job = await untilEnd(name);
  expect(job.completionStats).toEqual({ successfulCount: '100' });
  expect(await vertex.rows(job)).toHaveLength(100);
  // At most one block of sixteen rows was under way when the first one closed.
  expect(chat.requests.length).toBeLessThanOrEqual(100 + 16);
  await closed.emulator.close();
});

test('what the endpoint refuses fails row by row', async () => {
  chat.status = 429;
  await vertex.put('in.jsonl', rowsOf(3));
  const { name } = await vertex.create();
  vertex.clock.advance(200_000);
  const job = await untilEnd(name);
  expect(job).toMatchObject({ state: 'JOB_STATE_SUCCEEDED', completionStats: { failedCount: '3' } });
  const [first] = await vertex.rows(job);
  expect(first.status).toMatch(
    /^Too Many Requests: \{"error": \{"code": 429, .*"status": "RESOURCE_EXHAUSTED"\}\}$/,
  );
});

test('an online call goes there too, with its schema', async () => {
  const { request } = row('a', 'Hello.', {
    responseMimeType: 'application/json',
    responseSchema: { type: 'OBJECT', properties: { nullable: { type: 'STRING', nullable: true } } },
    maxOutputTokens: 9,
  });
  const path = 'publishers/google/models/gemini-3.5-flash-lite:generateContent';
  const { json } = await vertex.vertex('POST', path, {
    ...request,
    systemInstruction: { parts: [{ text: 'Be kind.' }] },
  });
  expect(json.candidates[0].content.parts[0].text).toBe('echo: Hello.');
  expect(chat.requests[0]).toMatchObject({
    messages: [
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'Hello.' },
    ],
    max_tokens: 9,
    response_format: {
      type: 'json_schema',
      json_schema: { schema: { type: 'object', properties: { nullable: { type: ['string', 'null'] } } } },
    },
  });
  chat.status = 503;
  expect((await vertex.vertex('POST', path, request)).status).toBe(503);
});
