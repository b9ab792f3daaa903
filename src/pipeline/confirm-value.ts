import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a `confirm` value stands for: this deed, at most this price, until then. */
export interface Agreement {
  /** Of the plan; its first 20 characters are what is signed. */
  token: string;
  /** Project that pays; another project's agreement is none. */
  project: string;
  /** USD; left out where no price was known. */
  most?: number | undefined;
  /** Milliseconds since the Unix epoch, on a whole second. */
  expires: number;
}

export type Verdict = 'agreed' | 'forged' | 'expired' | 'other plan' | 'dearer';

const TOKEN_CHARACTERS = 20;
const MICRO = 1_000_000;

/** A short value that a client hands back: `TOKEN.EXPIRES.MICRODOLLARS.SIGNATURE`, numbers to the base of 36. */
export function sealAgreement({ token, project, most, expires }: Agreement, key: string): string {
  const price = most === undefined ? '' : Math.ceil(most * MICRO).toString(36);
  const said = [token.slice(0, TOKEN_CHARACTERS), (expires / 1000).toString(36), price].join('.');
  return `${said}.${sign(said, project, key)}`;
}

/** What a value is worth for this plan, at this price, now. */
export function checkAgreement(
  value: string,
  asked: { token: string; project: string; price?: number | undefined; now: number },
  key: string,
): Verdict {
  const end = value.lastIndexOf('.');
  const said = value.slice(0, Math.max(0, end));
  const [given, expected] = [Buffer.from(value.slice(end + 1)), Buffer.from(sign(said, asked.project, key))];
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'forged';
  const [token, expires = '', most = ''] = said.split('.');
  if (asked.now > Number.parseInt(expires, 36) * 1000) return 'expired';
  if (token !== asked.token.slice(0, TOKEN_CHARACTERS)) return 'other plan';
  // Agreed to without a price, it was agreed to at any.
  if (most === '') return 'agreed';
  return (asked.price ?? Number.POSITIVE_INFINITY) * MICRO <= Number.parseInt(most, 36) ? 'agreed' : 'dearer';
}

const sign = (said: string, project: string, key: string): string =>
  createHmac('sha256', key).update(`${project}\n${said}`).digest('base64url').slice(0, 22);
