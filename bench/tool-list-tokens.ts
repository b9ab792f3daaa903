import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import tools from '../src/tools/descriptors.json' with { type: 'json' };
import type { Benchmark } from './measurement.ts';

/** What every conversation pays before its first word: the answer to `tools/list`, all tools, with output schemas. */
export const toolListTokens: Benchmark = {
  name: 'tool-list-tokens',
  run: async () => [
    {
      what: `tools/list, ${tools.length} tools (o200k)`,
      value: countTokens(JSON.stringify({ tools })),
      unit: 'tokens',
      target: { atMost: 6_000 },
    },
  ],
};
