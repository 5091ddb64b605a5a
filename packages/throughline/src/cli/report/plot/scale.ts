/** From values to pixels. */
export type Scale = (value: number) => number;

/** Linear; everything in the middle where the values do not differ. */
export function linearScale(from: number, to: number, start: number, end: number): Scale {
  const length = to - from;
  return (value) => (length > 0 ? start + ((value - from) / length) * (end - start) : (start + end) / 2);
}

/** Logarithmic; `from` and `to` are above 0, what is below `from` is drawn there. */
export function logScale(from: number, to: number, start: number, end: number): Scale {
  const scale = linearScale(Math.log10(from), Math.log10(to), start, end);
  return (value) => scale(Math.log10(Math.max(from, value)));
}

/** The ends of a logarithmic axis: powers of ten around the values, which are 1 or more. A decade from 1 without values. */
export function decades(values: readonly number[]): { readonly from: number; readonly to: number } {
  const finite = values.filter((value) => Number.isFinite(value)).map((value) => Math.max(1, value));
  const least = finite.reduce((a, b) => Math.min(a, b), finite[0] ?? 1);
  const most = finite.reduce((a, b) => Math.max(a, b), 1);
  const from = 10 ** Math.floor(Math.log10(least));
  const to = 10 ** Math.ceil(Math.log10(most));
  return to > from ? { from, to } : { from, to: from * 10 };
}

/** A round number at or above, as the top of an axis: 1, 2 or 5 times a power of ten. */
export function roundUp(value: number): number {
  if (!(value > 0) || !Number.isFinite(value)) return 1;
  const decade = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 5, 10].find((each) => each * decade >= value * 0.999_999) ?? 10;
  return factor * decade;
}

const STEPS_SECONDS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400,
] as const;

/** Round instants within the window, at most about `most`; seconds since the epoch. */
export function timeTicks(from: number, to: number, most: number): readonly number[] {
  const length = to - from;
  if (!(length > 0)) return [];
  const days = Math.ceil(length / most / 86_400) * 86_400;
  const step = STEPS_SECONDS.find((each) => length / each <= most) ?? days;
  const ticks: number[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to && ticks.length <= most + 1; at += step) ticks.push(at);
  return ticks;
}
