import { cpus, totalmem } from 'node:os';

/** One measured figure. `budget` is the gate, where there is one, as text: `<= 60`. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly budget?: string;
  /** The budget is kept; undefined: there is none, or nobody checks it. */
  readonly met?: boolean;
  /** The lowest and the highest repetition, where `value` is the median of several. */
  readonly range?: readonly [number, number];
}

export interface Benchmark {
  readonly name: string;
  readonly what: string;
  /** Part of the run without names. */
  readonly quick: boolean;
  run(log: (line: string) => void): Promise<readonly Figure[]>;
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly platform: string;
  readonly node: string;
}

export function describeMachine(): Machine {
  const [first] = cpus();
  return {
    cpu: first?.model ?? 'unknown',
    cores: cpus().length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
  };
}

/** The value below which the fraction `q` of the samples lies (nearest rank). */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? Number.NaN;
}
