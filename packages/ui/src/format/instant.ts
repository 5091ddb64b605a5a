const DATE_TIME = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const TIME = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const TIME_SECONDS = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const DAY = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });

/** Local date and time to the second. */
export function formatDateTime(epochMs: number): string {
  return DATE_TIME.format(epochMs);
}

/** Local date and time with the nanoseconds that are given, in groups of three. */
export function formatInstantNano(unixNano: bigint): string {
  const fraction = (unixNano % 1_000_000_000n).toString().padStart(9, '0');
  return `${DATE_TIME.format(Number(unixNano / 1_000_000n))}.${fraction.slice(0, 3)} ${fraction.slice(3, 6)}`;
}

/** Axis label: as much of the local time as a step of `stepMs` needs. */
export function formatAxisTime(epochMs: number, stepMs: number): string {
  if (stepMs >= 86_400_000) return DAY.format(epochMs);
  if (stepMs >= 60_000) {
    const date = new Date(epochMs);
    const isMidnight = date.getHours() === 0 && date.getMinutes() === 0;
    return isMidnight ? DAY.format(epochMs) : TIME.format(epochMs);
  }
  if (stepMs >= 1000) return TIME_SECONDS.format(epochMs);
  return `${TIME_SECONDS.format(epochMs)}.${String(((epochMs % 1000) + 1000) % 1000).padStart(3, '0')}`;
}

/** `just now`, `5 min ago`, `3 h ago`, `12 days ago`, `3 years ago`; the future reads `in 5 min`. */
export function formatRelative(epochMs: number, nowMs: number): string {
  const ageSeconds = (nowMs - epochMs) / 1000;
  const words = ageInWords(Math.abs(ageSeconds));
  if (words === undefined) return 'just now';
  return ageSeconds > 0 ? `${words} ago` : `in ${words}`;
}

function ageInWords(seconds: number): string | undefined {
  if (seconds < 5) return undefined;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  if (seconds < 60 * 86_400) return plural(Math.floor(seconds / 86_400), 'day');
  if (seconds < 730 * 86_400) return plural(Math.floor(seconds / (30.44 * 86_400)), 'month');
  return plural(Math.floor(seconds / (365.25 * 86_400)), 'year');
}

function plural(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}

/** The value of an `<input type="datetime-local">` with seconds, in local time. */
export function toLocalInput(epochMs: number): string {
  const date = new Date(epochMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  return (
    `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}` +
    `T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
  );
}

/** The instant of such a value, or undefined while it is not a full date and time. */
export function fromLocalInput(value: string): number | undefined {
  const epochMs = new Date(value).getTime();
  return value === '' || Number.isNaN(epochMs) ? undefined : epochMs;
}
