import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { TRACE_VIEWS } from '../../src/navigation/routes.ts';
import {
  parseTraceAddress,
  plainAddress,
  printTraceAddress,
  type TraceAddress,
} from '../../src/trace/trace-address.ts';

const id = fc.stringMatching(/^[0-9a-f]{16}$/);
const word = fc.string({ minLength: 1, maxLength: 12 });
const address: fc.Arbitrary<TraceAddress> = fc.record({
  tab: fc.constantFrom(...TRACE_VIEWS),
  span: fc.option(id, { nil: undefined }),
  root: fc.option(id, { nil: undefined }),
  filter: fc.record({
    services: fc.uniqueArray(word, { maxLength: 3 }),
    kinds: fc.uniqueArray(fc.constantFrom('client', 'server'), { maxLength: 2 }),
    minDurationNano: fc.constantFrom(0, 1_500_000, 20e6, 1e9, 850),
    onlyMatches: fc.boolean(),
  }),
  colourBy: fc.oneof(
    fc.constantFrom({ kind: 'service' as const }, { kind: 'self' as const }, { kind: 'error' as const }),
    word.map((name) => ({ kind: 'attribute' as const, name })),
  ),
  showsPath: fc.boolean(),
  foldsRepeats: fc.boolean(),
  corrected: fc.boolean(),
  find: fc.string({ maxLength: 30 }),
  sort: fc.option(word, { nil: undefined }),
  by: fc.option(word, { nil: undefined }),
  merged: fc.boolean(),
  operations: fc.boolean(),
  time: fc.option(
    fc.record({ startNano: fc.nat(1e9), width: fc.integer({ min: 1, max: 1e9 }) }).map(({ startNano, width }) => ({
      startNano,
      endNano: startNano + width,
    })),
    { nil: undefined },
  ),
});

describe('the address of a trace page', () => {
  it('is empty for the trace as it comes', () => {
    expect(printTraceAddress(plainAddress, '')).toBe('');
    expect(parseTraceAddress('')).toEqual(plainAddress);
  });

  it('brings back all that it was printed from', () => {
    fc.assert(
      fc.property(address, (each) => {
        expect(parseTraceAddress(printTraceAddress(each, ''))).toEqual(each);
      }),
    );
  });

  it('keeps what others put there', () => {
    expect(printTraceAddress({ ...plainAddress, tab: 'table' }, '?embed=1&view=raw')).toBe('?embed=1&view=table');
  });

  it('reads nonsense as nothing', () => {
    expect(parseTraceAddress('?view=cube&min=soon&time=9-1&colour=attribute:&clocks=1')).toEqual(plainAddress);
  });
});
