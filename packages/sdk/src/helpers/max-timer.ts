/** What Node's timers take at most, 25 days: one that is to wait for longer fires at once. */
export const MAX_TIMER_MS: number = 2 ** 31 - 1;
