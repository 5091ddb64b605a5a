const NANO_PER_MS = 1_000_000n;

/** An instant in this machine's time zone to the millisecond, `2023-01-29 09:42:48.697`. */
export function formatLocalTime(unixNano: bigint): string {
  const date = new Date(Number(unixNano / NANO_PER_MS));
  if (Number.isNaN(date.getTime())) return `${unixNano} ns`;
  const day = `${digits(date.getFullYear(), 4)}-${digits(date.getMonth() + 1)}-${digits(date.getDate())}`;
  const time = `${digits(date.getHours())}:${digits(date.getMinutes())}:${digits(date.getSeconds())}`;
  return `${day} ${time}.${digits(date.getMilliseconds(), 3)}`;
}

function digits(value: number, count = 2): string {
  return String(value).padStart(count, '0');
}
