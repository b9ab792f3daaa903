/** One line of the table. Targets are ratios to a floor or a peer of the same run, so that they hold on any machine. */
export interface Measurement {
  what: string;
  value: number;
  unit: '×' | 'ms' | 'tokens' | 'MB' | 'MB/s';
  /** What the number must reach; a line without one is there to compare with. */
  target?: { atMost: number } | { atLeast: number };
}

export interface Benchmark {
  name: string;
  run(): Promise<Measurement[]>;
}

export function isMet({ value, target }: Measurement): boolean {
  if (!target) return true;
  return 'atMost' in target ? value <= target.atMost : value >= target.atLeast;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}
