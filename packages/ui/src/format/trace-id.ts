/**
 * The digits that tell a trace from others where there is no room for 32: the first, of an id of 64 bits those of its own
 * half, and the last of one that is a small number.
 */
export function shortTraceId(traceId: string, digitCount = 8): string {
  const own = traceId.replace(/^0{16}/, '');
  const first = own.slice(0, digitCount);
  return /^0*$/.test(first) ? own.slice(-digitCount) : first;
}
