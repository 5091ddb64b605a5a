import { quantile } from '../bench.ts';

/** Repetitions, and counts by a scale, so that a short run shows that everything works. */
export const REPETITIONS: number = positive('THROUGHLINE_BENCH_REPETITIONS', 5);
const SCALE: number = positive('THROUGHLINE_BENCH_SCALE', 1);

const ONLY = new RegExp(process.env['THROUGHLINE_BENCH_ONLY'] ?? '');

/** Whether to measure it; everything is, unless the environment asks for a part. */
export function isChosen(name: string): boolean {
  return ONLY.test(name);
}

function positive(name: string, otherwise: number): number {
  const value = Number(process.env[name] ?? otherwise);
  if (!(value > 0)) throw new Error(`${name} is ${process.env[name]}, which is not a number above 0`);
  return value;
}

/** Says so when the figures are not worth reading. */
export function warnOfShortRun(log: (line: string) => void): void {
  if (SCALE < 1 || REPETITIONS < 3) log('A short run: it shows that everything works, its figures mean nothing.');
}

/** `count` by the scale, in whole batches. */
export function scaled(count: number, batch = 512): number {
  return Math.max(1, Math.round((count * SCALE) / batch)) * batch;
}

/** The same in another order at each repetition, so that nobody is always first. */
export function rotated<T>(items: readonly T[], repetition: number): readonly T[] {
  const first = repetition % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}

export interface Spread {
  readonly median: number;
  readonly range: readonly [number, number];
}

/** Not a number where there is no sample. */
export function spreadOf(samples: Iterable<number>): Spread {
  const all = [...samples];
  if (all.length === 0) return { median: Number.NaN, range: [Number.NaN, Number.NaN] };
  return { median: quantile(all, 0.5), range: [Math.min(...all), Math.max(...all)] };
}

/**
 * By repetition; one that failed is absent. A repetition has a value of each of its turns, in which everybody is measured
 * one after the other: a machine is not as fast in one minute as in the next.
 */
export type Samples = ReadonlyMap<number, readonly number[]>;

/** Of each repetition. */
export function mediansOf(samples: Samples): readonly number[] {
  return [...samples.values()].map((turns) => quantile(turns, 0.5));
}

/** Only values of the same turn of the same repetition are compared. */
export function paired(first: Samples, second: Samples, combine: (a: number, b: number) => number): Samples {
  return new Map(
    [...first].flatMap(([repetition, turns]) => {
      const others = second.get(repetition);
      if (others === undefined) return [];
      return [[repetition, turns.flatMap((a, turn) => (others[turn] === undefined ? [] : combine(a, others[turn])))]];
    }),
  );
}
