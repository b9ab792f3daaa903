import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PLACES, requestHash } from '../../src/batch/request-hash.ts';
import { fill, type Shape, ShapeConflict, widen } from '../../src/emulator/rows/shape.ts';
import { nodeOf, resolveType } from '../support/proto-index.ts';

type Members = Record<string, unknown>;
const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const VERTEX = 'google.cloud.aiplatform.';

describe('a request is itself', () => {
  const plain = {
    contents: [
      { role: 'user', parts: [{ text: 'Hi' }, { fileData: { fileUri: 'gs://a/b', mimeType: 'a/b' } }] },
    ],
    generationConfig: { maxOutputTokens: 400, temperature: 1 },
  };
  const same = (request: unknown) => expect(requestHash(request)).toBe(requestHash(plain));

  test('in 32 hexadecimal digits', () => {
    expect(requestHash(plain)).toMatch(/^[0-9a-f]{32}$/);
    // Manifests and results hold these: a change of the rule is a change of format.
    expect(requestHash(plain)).toMatchInlineSnapshot(`"cd1ab45d55e0f225794ccc81ed700b81"`);
  });

  test('in another order, in snake_case, and with nulls and empty places', () => {
    same({
      generation_config: {
        temperature: 1.0,
        stop_sequences: [],
        max_output_tokens: 4e2,
        response_schema: {},
      },
      tools: [{ google_search: {} }, null],
      labels: null,
      contents: [
        {
          parts: [
            { file_data: null, text: 'Hi', inline_data: { data: null } },
            { file_data: { mime_type: 'a/b', file_uri: 'gs://a/b', display_name: null }, text: null },
          ],
          role: 'user',
        },
      ],
    });
  });

  test.each<[string, unknown]>([
    ['with another text', { ...plain, contents: [{ role: 'user', parts: [{ text: 'hi' }] }] }],
    ['with a number as text', { ...plain, generationConfig: { maxOutputTokens: '400', temperature: 1 } }],
    ['with a label', { ...plain, labels: { team: '' } }],
    ['with a false', { ...plain, generationConfig: { ...plain.generationConfig, responseLogprobs: false } }],
    ['with both spellings of a field', { ...plain, generation_config: { temperature: 1 } }],
    [
      'with its parts in another order',
      { ...plain, contents: [{ ...plain.contents[0], parts: plain.contents[0]?.parts.toReversed() }] },
    ],
    [
      'in pieces',
      { ...plain, contents: plain.contents.flatMap(({ parts }) => parts.map((part) => ({ parts: [part] }))) },
    ],
    ['that is none', null],
  ])('and not one %s', (_, other) => {
    expect(requestHash(other)).not.toBe(requestHash(plain));
  });

  test('and not one whose two spellings of a field have changed places', () => {
    const file = (fileData: object) => requestHash({ contents: [{ parts: [{ fileData }] }] });
    expect(file({ file_uri: 'a', fileUri: 'b' })).not.toBe(file({ file_uri: 'b', fileUri: 'a' }));
    expect(file({ file_uri: 'a', fileUri: null })).toBe(file({ fileUri: 'a' }));
  });

  test('also when the one before had other settings', () => {
    const at = (temperature: number) => requestHash({ ...plain, generationConfig: { temperature } });
    const [a, b] = [at(0), at(1)];
    expect([at(0), at(1), at(0)]).toEqual([a, b, a]);
    expect(a).not.toBe(b);
    const config = { temperature: 0 };
    requestHash({ ...plain, generationConfig: config });
    config.temperature = 1;
    expect(requestHash({ ...plain, generationConfig: config })).toBe(b);
  });

  test('in the words of other services, where names have one spelling', () => {
    const claude = (input: object) => ({
      messages: [{ role: 'assistant', content: [{ type: 'tool_use', input }] }],
    });
    expect(requestHash(claude({ unit_price: 1 }))).not.toBe(requestHash(claude({ unitPrice: 1 })));
    expect(requestHash(claude({ a: 1, b: null }))).toBe(requestHash(claude({ a: 1 })));
    expect(requestHash({ model: 'm', input: 'a' })).not.toBe(requestHash({ model: 'm', input: 'b' }));
  });
});

test('the places of the user’s own names are those of Google’s protos', () => {
  // Beyond the protos, which lag behind: fields of the SDK, and what `functionResponse` says of its `response`.
  const found = new Set(['partMetadata', 'functionResponse', 'toolResponse']);
  const messages = new Set<string>();
  const walk = (message: string): void => {
    if (messages.has(message)) return;
    messages.add(message);
    for (const [name, { type, keyType }] of Object.entries(nodeOf(message)?.fields ?? {})) {
      const full = /^[a-z0-9]+$/.test(type) ? type : resolveType(type, message);
      const isFree =
        keyType !== undefined || ['google.protobuf.Struct', 'google.protobuf.Value'].includes(full);
      if (isFree) found.add(message.endsWith('.FunctionResponse') ? 'functionResponse' : name);
      else
        expect(PLACES.get(name) === 'names' || PLACES.get(name) === 'data', `${message}.${name}`).toBe(false);
      if (full.startsWith(VERTEX)) walk(full);
    }
  };
  for (const version of ['v1', 'v1beta1']) walk(`${VERTEX}${version}.GenerateContentRequest`);
  expect(messages.size).toBeGreaterThan(50);
  expect([...found].sort()).toEqual([...PLACES.keys()].sort());
});

const text = fc.oneof(fc.constantFrom('', 'a', 'b', '1', '"', '}', '[1,]'), fc.string());
const some = <T>(values: Record<string, fc.Arbitrary<T>>) => fc.record(values, { requiredKeys: [] });
/** With one kind of value a name, since a column of a table has one. Some names are the API's own. */
const data = some<unknown>({
  unit_price: fc.nat(3),
  unitPrice: fc.nat(3),
  fileData: some<unknown>({ file_uri: text, fileUri: text, args: fc.boolean() }),
  list: fc.array(
    some<unknown>({ response_schema: fc.double({ noNaN: true, noDefaultInfinity: true }), none: text }),
    {
      maxLength: 3,
    },
  ),
  texts: fc.array(text, { maxLength: 2 }),
});
const leaf = some<unknown>({
  type: fc.constantFrom('STRING', 'INTEGER'),
  minItems: fc.nat(3),
  nullable: fc.boolean(),
});
const schema = some<unknown>({
  type: fc.constant('OBJECT'),
  properties: some({ unit_price: leaf, unitPrice: leaf, properties: leaf, min_items: leaf }),
  propertyOrdering: fc.array(text, { maxLength: 2 }),
  anyOf: fc.array(leaf, { maxLength: 2 }),
  example: data,
});
const part = some<unknown>({
  text,
  fileData: some({ fileUri: text, mimeType: text }),
  functionCall: some<unknown>({ name: text, args: data }),
  functionResponse: some<unknown>({ name: text, response: data }),
});
const anyRequest = some<unknown>({
  contents: fc.array(some<unknown>({ role: text, parts: fc.array(part, { maxLength: 3 }) }), {
    maxLength: 2,
  }),
  systemInstruction: some<unknown>({ parts: fc.array(part, { maxLength: 1 }) }),
  generationConfig: some<unknown>({
    temperature: fc.double({ noNaN: true, noDefaultInfinity: true }),
    stopSequences: fc.array(text, { maxLength: 2 }),
    responseSchema: schema,
    responseJsonSchema: data,
    thinkingConfig: some({ thinkingBudget: fc.integer() }),
  }),
  tools: fc.array(
    some<unknown>({
      functionDeclarations: fc.array(
        some<unknown>({ name: text, parameters: schema, response: schema, parametersJsonSchema: data }),
        { maxLength: 2 },
      ),
    }),
    { maxLength: 2 },
  ),
  labels: some({ team_name: text, teamName: text }),
});

describe('over all requests', () => {
  test('what Vertex AI makes of a row that stands beside others in a file is the same row', () => {
    let filled = 0;
    fc.assert(
      fc.property(
        anyRequest,
        fc.array(anyRequest, { maxLength: 3 }),
        fc.infiniteStream(fc.boolean()),
        (request, others, coins) => {
          const toss = () => coins.next().value as boolean;
          const spelled = respell(request, `${VERTEX}v1beta1.GenerateContentRequest`, toss);
          const echoed = echo(spelled, others);
          if (echoed === undefined) return;
          filled += 1;
          expect(requestHash(shuffled(echoed, toss))).toBe(requestHash(request));
        },
      ),
      { numRuns: 700 },
    );
    expect(filled).toBeGreaterThan(500);
  });

  test('two are the same only where they say the same', () => {
    let different = 0;
    fc.assert(
      fc.property(anyRequest, fc.array(fc.nat(), { maxLength: 9 }), fc.nat(3), (request, way, change) => {
        const other = changed(structuredClone(request), way, change);
        const isSame = says(request) === says(other);
        if (!isSame) different += 1;
        expect(requestHash(other) === requestHash(request)).toBe(isSame);
      }),
      { numRuns: 2_000 },
    );
    expect(different).toBeGreaterThan(500);
  });

  test('no two of many are the same by chance', () => {
    const byHash = new Map<string, string>();
    for (const request of fc.sample(anyRequest, 2_000)) {
      const said = says(request);
      const hash = requestHash(request);
      expect(byHash.get(hash) ?? said).toBe(said);
      byHash.set(hash, said);
    }
    expect(byHash.size).toBeGreaterThan(1_000);
  });
});

/** The request of an output line, by the emulator's account of it; undefined where no file could hold the rows. */
function echo(request: unknown, others: readonly unknown[]): unknown {
  const shape: Shape = {};
  try {
    for (const row of [request, ...others]) widen(shape, row as never);
  } catch (error) {
    if (error instanceof ShapeConflict) return undefined;
    throw error;
  }
  return fill(shape, request as never);
}

/** Fields of messages by either of their names, as the protos have them. */
function respell(value: unknown, message: string, toss: () => boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => respell(item, message, toss));
  const fields = message.startsWith(VERTEX) ? nodeOf(message)?.fields : undefined;
  if (!isMembers(value) || !fields) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const field = fields[name];
      if (!field) throw new Error(`${message} has no ${name}`);
      const spelled = toss() ? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : name;
      if (/^[a-z0-9]+$/.test(field.type)) return [spelled, member];
      const type = resolveType(field.type, message);
      const inner = (one: unknown) => respell(one, type, toss);
      if (field.keyType === undefined || !isMembers(member)) return [spelled, inner(member)];
      return [spelled, Object.fromEntries(Object.entries(member).map(([key, one]) => [key, inner(one)]))];
    }),
  );
}

function shuffled(value: unknown, toss: () => boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, toss));
  if (!isMembers(value)) return value;
  const members = Object.entries(value).map(([name, member]) => [name, shuffled(member, toss)] as const);
  const [first, last] = [members.filter(() => toss()), new Set(members)];
  for (const member of first) last.delete(member);
  return Object.fromEntries([...first, ...last]);
}

/** Another way to say what a request says: its plain values, each with the way to it, and the lengths of its lists. */
function says(request: unknown): string {
  const lines: string[] = [];
  const walk = (value: unknown, way: string): boolean => {
    if (value === null || value === undefined) return false;
    if (typeof value !== 'object') return lines.push(`${way} = ${JSON.stringify(value)}`) > 0;
    const members = Object.entries(value).map(([name, member]) =>
      walk(member, `${way}/${JSON.stringify(name)}`),
    );
    const any = members.some(Boolean);
    if (any && Array.isArray(value)) lines.push(`${way} has ${value.length}`);
    return any;
  };
  walk(request, '');
  return JSON.stringify(lines.sort());
}

const NEW_NAMES: Readonly<Record<string, string>> = {
  unit_price: 'unitPrice',
  file_uri: 'fileUri',
  team_name: 'teamName',
  unitPrice: 'unit_price',
};

/** Changed in one place, if there is one at the end of the way. */
function changed(value: unknown, [step = 0, ...way]: readonly number[], change: number): unknown {
  if (typeof value === 'string') return change < 2 ? `${value}x` : value;
  if (typeof value === 'number') return change < 2 ? value + 1 : String(value);
  if (typeof value === 'boolean') return change < 2 ? !value : null;
  if (typeof value !== 'object' || value === null) return change;
  const members = value as Members;
  const names = Object.keys(members);
  const name = names[step % Math.max(1, names.length)];
  if (name === undefined) return change < 2 ? value : null;
  const rename = Array.isArray(value) ? undefined : NEW_NAMES[name];
  if (rename !== undefined && change === 3 && !(rename in members)) {
    members[rename] = members[name];
    delete members[name];
  } else if (way.length === 0 && change === 2 && !Array.isArray(value)) delete members[name];
  else members[name] = changed(members[name], way, change);
  return value;
}
