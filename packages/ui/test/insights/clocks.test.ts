import { describe, expect, it } from 'vitest';

import { clockInWords, type HostClockAnswer, wrongClocks } from '../../src/insights/clocks.ts';

const clock = (given: Partial<HostClockAnswer>): HostClockAnswer => ({
  host: 'b',
  reference: 'a',
  offset_nano: 0,
  error_nano: 2e6,
  drift_nano_per_second: 0,
  query: '{ resource.host.name = "b" }',
  ...given,
});

describe('clocks', () => {
  it('are wrong only beyond the error of the estimate', () => {
    const hosts = [50e6, -50e6, 2e6, 1e6, 0].map((offset) => clock({ offset_nano: offset }));
    expect(wrongClocks({ hosts })).toEqual(hosts.slice(0, 2));
  });

  it('are behind by what is to be added, and ahead by what is to be taken away', () => {
    expect(clockInWords(clock({ offset_nano: 50e6 }))).toBe('50.0 ms behind a, to within 2.00 ms');
    expect(clockInWords(clock({ offset_nano: -50e6, drift_nano_per_second: 12_400 }))).toBe(
      '50.0 ms ahead of a, to within 2.00 ms, drifting by 12 ppm',
    );
  });
});
