/**
 * The adjusted count that a W3C trace state carries in OpenTelemetry's own entry, `ot=th:<rejection threshold>`:
 * `2^56 / (2^56 - T)` with `T` the hex digits right-padded to 14. 1 without a (valid) threshold.
 * Source: OpenTelemetry specification, TraceState: Probability Sampling.
 */
export function adjustedCount(traceState: string): number {
  if (!traceState.includes('th:')) return 1;
  for (const entry of traceState.split(',')) {
    const member = entry.trim();
    if (!member.startsWith('ot=')) continue;
    for (const field of member.slice(3).split(';')) {
      if (!field.startsWith('th:')) continue;
      const digits = field.slice(3);
      if (!/^[0-9a-f]{1,14}$/.test(digits)) return 1;
      // 56 bits are more than a double holds: near the end the difference would be wrong, or even 0.
      const kept = 2n ** 56n - BigInt(`0x${digits.padEnd(14, '0')}`);
      return 2 ** 56 / Number(kept);
    }
    return 1;
  }
  return 1;
}
