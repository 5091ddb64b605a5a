import { setTimeout as sleep } from 'node:timers/promises';

/** Time and chance, as an exporter's retries need them. */
export interface DeliveryClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since any time, which pass whatever `now` is set to. */
  monotonicMs?(): number;
  /** In [0, 1). */
  random(): number;
  /** Resolves after the time, or earlier if the signal is aborted; never rejects. */
  delay(delayMs: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: DeliveryClock = {
  now: Date.now,
  monotonicMs: () => performance.now(),
  random: Math.random,
  delay: async (delayMs, signal) => {
    try {
      await sleep(delayMs, undefined, { signal, ref: false });
    } catch {
      // Aborted: whoever aborted it knows why.
    }
  },
};

const FIRST_DELAY_MS = 1000;
const MAX_DELAY_MS = 5000;

/** How long to wait before the retry with this number, from 1 on: 1 s, 2 s, 4 s, 5 s..., each 20 % more or less. */
export function backoffMs(retry: number, clock: DeliveryClock): number {
  const delayMs = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (retry - 1));
  return delayMs * (0.8 + 0.4 * clock.random());
}

/** `Retry-After` in milliseconds from now: seconds or an HTTP date; undefined for neither. Source: RFC 9110, 10.2.3. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  // Other than a date, a number with a sign or a fraction must not be read as a year.
  const dateMs = /^[A-Za-z]/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}
