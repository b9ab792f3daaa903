/** What our pipeline and its peers all make of a row. */
export const PROMPT = 'Review of {{product}}, {{stars}} stars: {{review}}';

export interface Review {
  product: string;
  stars: string;
  review: string;
}

const ROWS_A_CHUNK = 60;

/** Rows as lines, some to a chunk. */
export async function* lines(rows: AsyncIterable<Review>): AsyncGenerator<string> {
  let text = '';
  let n = 0;
  for await (const { product, stars, review } of rows) {
    n += 1;
    const prompt = `Review of ${product}, ${stars} stars: ${review}`;
    const request = { contents: [{ role: 'user', parts: [{ text: prompt }] }] };
    text += `${JSON.stringify({ key: `r-${String(n).padStart(6, '0')}`, request })}\n`;
    if (n % ROWS_A_CHUNK !== 0) continue;
    yield text;
    text = '';
  }
  yield text;
}
