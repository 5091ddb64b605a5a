import type { ClockSkewAnswer } from '@throughline/query/client';

import { formatDuration } from '../format/duration.ts';

export type HostClockAnswer = ClockSkewAnswer['hosts'][number];

/** Hosts whose clock surely differs from its reference's, the largest difference first. */
export function wrongClocks({ hosts }: Pick<ClockSkewAnswer, 'hosts'>): readonly HostClockAnswer[] {
  return hosts.filter(({ offset_nano: offset, error_nano: error }) => offset !== 0 && Math.abs(offset) > error);
}

/** A nanosecond a second is a billionth. */
const NANO_PER_PPM = 1_000;
/** A quartz is off by some tens; less is no news. */
const LEAST_PPM = 1;

/** `50 ms behind host-a, to within 2 ms, drifting by 12 ppm`. What is to be added says how far behind it is. */
export function clockInWords({ reference, ...clock }: HostClockAnswer): string {
  const offset = formatDuration(Math.abs(clock.offset_nano));
  const side = clock.offset_nano > 0 ? 'behind' : 'ahead of';
  const ppm = Math.abs(clock.drift_nano_per_second) / NANO_PER_PPM;
  const drift = ppm < LEAST_PPM ? '' : `, drifting by ${Math.round(ppm)} ppm`;
  return `${offset} ${side} ${reference}, to within ${formatDuration(clock.error_nano)}${drift}`;
}
