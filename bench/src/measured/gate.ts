import type { Figure } from '../bench.ts';
import type { Spread } from './repetitions.ts';

/** A target of the SDK's. */
export interface Gate {
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** The median with its range, and whether it keeps the gate. */
export function gatedFigure(name: string, { median, range }: Spread, unit: string, gate?: Gate): Figure {
  const { atLeast, atMost } = gate ?? {};
  const figure = { name, value: median, unit, range };
  if (atLeast !== undefined) return { ...figure, budget: `>= ${atLeast}`, met: median >= atLeast };
  if (atMost !== undefined) return { ...figure, budget: `<= ${atMost}`, met: median <= atMost };
  return figure;
}
