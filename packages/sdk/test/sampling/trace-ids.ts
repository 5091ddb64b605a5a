/** Trace ids of a seeded generator: a statistical test keeps its outcome. */
export function traceIds(seed: number, count: number): string[] {
  let state = seed;
  const word = (): string => {
    state = (Math.imul(state ^ (state >>> 15), state | 1) + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0).toString(16).padStart(8, '0');
  };
  return Array.from({ length: count }, () => word() + word() + word() + word());
}
