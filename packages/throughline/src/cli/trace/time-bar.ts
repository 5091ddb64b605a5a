const FULL = '█';
/** Left-aligned blocks of 0/8 to 7/8 of a column. */
const EIGHTHS = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/** Where a span lies within its trace: `width` columns, at least a sliver for every span. */
export function timeBar(startNano: number, durationNano: number, totalNano: number, width: number): string {
  if (totalNano <= 0) return FULL.repeat(width);
  const from = Math.min(Math.floor((startNano / totalNano) * width), width - 1);
  const eighths = Math.max(1, Math.round((durationNano / totalNano) * width * 8));
  const whole = Math.min(Math.floor(eighths / 8), width - from);
  const rest = from + whole < width ? (EIGHTHS[eighths % 8] ?? '') : '';
  return (' '.repeat(from) + FULL.repeat(whole) + rest).padEnd(width).slice(0, width);
}
