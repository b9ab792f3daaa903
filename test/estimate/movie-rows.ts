import { readFileSync } from 'node:fs';
import { requestRows } from '../support/rows.ts';

const MOVIES: Record<string, unknown>[] = JSON.parse(
  readFileSync(new URL('../../node_modules/vega-datasets/data/movies.json', import.meta.url), 'utf8'),
);

const SCHEMA = {
  type: 'OBJECT',
  properties: { mood: { type: 'STRING', enum: ['happy', 'sad'] }, why: { type: 'STRING' } },
  required: ['mood', 'why'],
};

/** One request row for each of the 3,201 movies, some of them several times over. */
export const movieRows = (times = 1, generationConfig: object = { responseSchema: SCHEMA }): string =>
  requestRows(MOVIES.length * times, (n) => ({
    contents: [{ role: 'user', parts: [{ text: moviePrompt(MOVIES[n % MOVIES.length]) }] }],
    generationConfig: { maxOutputTokens: 800, responseMimeType: 'application/json', ...generationConfig },
  }));

const moviePrompt = (movie: Record<string, unknown> = {}) =>
  `What is the mood of "${movie.Title}" (${movie['Major Genre']}), directed by ${movie.Director} and released on ${movie['Release Date']}? It earned ${movie['Worldwide Gross']} dollars.`;
