/** Runs the benchmarks, or those named, and prints one table. Ends with 1 when a target is missed. */
import { coldStart } from './cold-start.ts';
import { collect, collectSmall } from './collect.ts';
import { compose, composeSmall } from './compose.ts';
import { lint, lintSmall } from './lint.ts';
import { type Benchmark, isMet, type Measurement } from './measurement.ts';
import { memory } from './memory.ts';
import { toolListTokens } from './tool-list-tokens.ts';

const BENCHMARKS: readonly Benchmark[] = [
  toolListTokens,
  coldStart,
  compose,
  composeSmall,
  lint,
  lintSmall,
  collect,
  collectSmall,
  memory,
];

const named = process.argv.slice(2);
const unknown = named.filter((name) => !BENCHMARKS.some((benchmark) => benchmark.name === name));
if (unknown.length) {
  console.error(
    `There is no benchmark ${unknown.join(', ')}; there are ${BENCHMARKS.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(2);
}

const measured: Measurement[] = [];
for (const { name, run } of BENCHMARKS)
  if (!named.length || named.includes(name)) measured.push(...(await run()));

const number = (value: number) =>
  value.toLocaleString('en-US', { maximumFractionDigits: value < 100 ? 2 : 0 });
const rows = measured.map((measurement) => {
  const { what, value, unit, target } = measurement;
  const wanted =
    target && ('atMost' in target ? `≤ ${number(target.atMost)}` : `≥ ${number(target.atLeast)}`);
  return [
    what,
    `${number(value)} ${unit}`,
    wanted ?? '',
    target ? (isMet(measurement) ? 'met' : 'MISSED') : '',
  ];
});
const table = [['measured', 'value', 'to reach', ''], ...rows];
const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
for (const row of table)
  console.log(
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
process.exitCode = measured.every(isMet) ? 0 : 1;
