/** `12 %`, `0.4 %`, `< 0.1 %`. */
export function percent(share: number): string {
  const value = 100 * share;
  if (value === 0 || value >= 99.95) return `${Math.round(value)} %`;
  if (value < 0.1) return '< 0.1 %';
  return `${value < 10 || value > 99 ? value.toFixed(1).replace(/\.0$/, '') : Math.round(value)} %`;
}

/** An instant in UTC, so that everybody who reads the page reads the same: `2026-01-31 08:30:05`. */
export function utcTime(seconds: number): string {
  const date = new Date(seconds * 1_000);
  return Number.isNaN(date.getTime()) ? 'unknown time' : date.toISOString().slice(0, 19).replace('T', ' ');
}

/** `08:30:05` in UTC. */
export function utcClock(seconds: number): string {
  return utcTime(seconds).slice(11);
}

/** Text of a span, shortened for a sentence. */
export function short(text: string, length = 90): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}

/** `a, b and 3 more`. */
export function listed(names: readonly string[], most = 3): string {
  const shown = names.slice(0, most);
  const rest = names.length - shown.length;
  if (rest > 0) return `${shown.join(', ')} and ${rest} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
