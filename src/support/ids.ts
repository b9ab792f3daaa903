/** Randomness as a port, so that two runs with one seed are the same run. */
export interface Ids {
  /** A number in [0, 1). */
  random(): number;
  /** A string of `length` characters from [a-z0-9], starting with a letter. */
  token(length: number): string;
}

/** Loaded when first used: it takes 2 ms, which every start would pay. */
const crypto = () => process.getBuiltinModule('node:crypto');

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const ALPHABET = `${LETTERS}0123456789`;

const tokenFrom = (random: () => number) => (length: number) => {
  const pick = (from: string) => from.charAt(Math.floor(random() * from.length));
  return pick(LETTERS) + Array.from({ length: length - 1 }, () => pick(ALPHABET)).join('');
};

const cryptoRandom = () => crypto().randomBytes(6).readUIntBE(0, 6) / 2 ** 48;

export const systemIds: Ids = { random: cryptoRandom, token: tokenFrom(cryptoRandom) };

/** Deterministic ids: mulberry32, small and good enough for shuffles and names. */
export function seededIds(seed: string): Ids {
  let state = crypto().createHash('sha256').update(seed).digest().readUInt32LE(0);
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { random, token: tokenFrom(random) };
}
