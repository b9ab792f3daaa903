import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonText } from '../../src/pipeline/json-text.ts';

/** Long enough for the fast way, with all that JSON escapes, and halves of surrogate pairs. */
const longText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '"',
        '\\',
        '\n',
        '\r',
        '\t',
        '\u0000',
        '\u007f',
        '\u2028',
        '\ud83d',
        '\ude00',
        '😀',
        '漢字',
      ),
    ),
    { maxLength: 40 },
  )
  .map((parts) => 'x'.repeat(200) + parts.join(''));

test('writes what JSON.stringify writes', () => {
  const row = fc.record({
    key: fc.string(),
    parts: fc.array(fc.record({ text: longText })),
    more: fc.jsonValue(),
  });
  fc.assert(
    fc.property(row, (value) => {
      expect(jsonText(value)).toBe(JSON.stringify(value));
    }),
  );
});
