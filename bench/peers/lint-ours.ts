import { dirname } from 'node:path';
import { lint } from '../../src/pipeline/lint.ts';
import { tellCost } from './cost.ts';
import { localPorts } from './local-ports.ts';

const [, , rows = '', times = '1'] = process.argv;
const model = 'gemini-3.5-flash-lite';
for (let time = 1; time <= Number(times); time++) {
  const { report } = await lint({ input: rows, model }, localPorts(dirname(rows), dirname(rows)));
  const errors = report.findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule);
  // The rows are right; there may be more of them than a job takes.
  if (errors.some((rule) => rule !== 'too-many-rows')) throw new Error(errors.join());
}
tellCost();
