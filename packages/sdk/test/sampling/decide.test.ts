import { ROOT_CONTEXT, type SpanContext, SpanKind, trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { parseTraceState } from '../../src/propagation/trace-state.ts';
import { alwaysSampler, neverSampler } from '../../src/sampling/constant-samplers.ts';
import { parentBasedSampler } from '../../src/sampling/parent-based-sampler.ts';
import { rateLimitingSampler } from '../../src/sampling/rate-limiting-sampler.ts';
import { ratioSampler } from '../../src/sampling/ratio-sampler.ts';
import type { Sampler } from '../../src/sampling/sampler.ts';
import { int32OfHex } from '../../src/span/hex.ts';

const hex = (length: number) =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length })
    .map((digits) => digits.join(''));

const parent = fc.record({
  traceFlags: fc.integer({ min: 0, max: 3 }),
  isRemote: fc.boolean(),
  traceState: fc.constantFrom(undefined, undefined, 'a=1', 'ot=th:8', 'ot=rv:ffffffffffffff'),
});

/** Each is asked twice in two copies: they have the same state. */
const samplers: Readonly<Record<string, () => Sampler>> = {
  always: alwaysSampler,
  never: neverSampler,
  half: () => ratioSampler(0.5),
  tenth: () => ratioSampler(0.1),
  all: () => ratioSampler(1),
  none: () => ratioSampler(0),
  first64: () => ratioSampler(0.5, { first64: true }),
  parentBased: () => parentBasedSampler({ root: ratioSampler(0.3) }),
  delegates: () =>
    parentBasedSampler({
      root: alwaysSampler(),
      remoteParentSampled: ratioSampler(0.5),
      localParentNotSampled: alwaysSampler(),
    }),
  rateLimited: () => rateLimitingSampler(3, { nowMs: () => 0 }),
};

test.each(Object.keys(samplers))('%s: decides from the ids alone as from everything', (name) => {
  const make = samplers[name] ?? alwaysSampler;
  let decidedCount = 0;
  fc.assert(
    fc.property(fc.array(fc.tuple(hex(32), fc.option(parent, { nil: undefined })), { maxLength: 6 }), (spans) => {
      const [quick, whole] = [make(), make()];
      for (const [traceId, facts] of spans) {
        if (/^0+$/.test(traceId)) continue;
        const { traceFlags = 0, isRemote = false, traceState } = facts ?? {};
        const state = traceState === undefined ? undefined : parseTraceState(traceState);
        const parentContext: SpanContext | undefined = facts && {
          traceId,
          spanId: 'b7ad6b7169203331',
          traceFlags,
          isRemote,
          ...(state === undefined ? {} : { traceState: state }),
        };
        const context = parentContext === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parentContext);
        const ids = { trace2: int32OfHex(traceId, 16), trace3: int32OfHex(traceId, 24) };
        const result = quick.decide?.(parentContext, ids);
        const reference = whole.shouldSample(context, traceId, 'op', SpanKind.INTERNAL, {}, []);
        if (result === undefined) continue;
        decidedCount++;
        expect(result.decision).toBe(reference.decision);
        expect(result.traceState?.serialize()).toBe(reference.traceState?.serialize());
      }
    }),
  );
  if (name === 'first64') expect(decidedCount).toBe(0);
  else expect(decidedCount).toBeGreaterThan(50);
});

test('a ratio decides at its threshold: 8 is kept at one half, 7ff.. is not', () => {
  const sampler = ratioSampler(0.5);
  expect(sampler.decide?.(undefined, { trace2: 0x1180_0000, trace3: 0 })?.decision).toBe(2);
  expect(sampler.decide?.(undefined, { trace2: 0x117f_ffff, trace3: -1 })?.decision).toBe(0);
});
