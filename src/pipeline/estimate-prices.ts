import { readFile } from 'node:fs/promises';
import { BUILT_IN_PRICES, type Prices, parsePrices } from '../batch/cost-prices.ts';
import { UserError } from '../support/errors.ts';

/** The prices to calculate with: those of the file of `--prices` over the built-in ones. Throws `bad_prices_file`. */
export async function readPrices(file: string | undefined): Promise<Prices> {
  if (file === undefined) return BUILT_IN_PRICES;
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new UserError('bad_prices_file', {
      what: `The price list ${file} cannot be read.`,
      why: (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'There is no such file.' : undefined,
      fix: 'Correct the path of --prices (or VERTEX_BATCH_PRICES), or start without it.',
      cause: error,
    });
  }
  return parsePrices(text, file);
}
