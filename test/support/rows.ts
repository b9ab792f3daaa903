/** Request rows as a file's content: `r-000001` … with a prompt each. */
export const requestRows = (count: number, request: (n: number) => object = textRequest): string =>
  Array.from({ length: count }, (_, index) => {
    const key = `r-${String(index + 1).padStart(6, '0')}`;
    return `${JSON.stringify({ key, request: request(index + 1) })}\n`;
  }).join('');

const textRequest = (n: number) => ({
  contents: [{ role: 'user', parts: [{ text: `Say the number ${n}.` }] }],
});
