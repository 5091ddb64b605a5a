import { assembleTrace, durationNano, isErrorSpan, serviceName } from '@throughline/model';
import { decodeOtlpJson } from '@throughline/wire';
import { expect, it } from 'vitest';

import { sampleTrace } from '../../src/search/sample-trace.ts';

it('is one well-formed order of 200 ms that has just ended', () => {
  let next = 1;
  const { traceId, body } = sampleTrace(1_700_000_000_000, (length) => Uint8Array.from({ length }, () => next++ % 256));
  const { spans, rejected } = decodeOtlpJson(body);
  expect(rejected).toEqual({});
  const trace = assembleTrace(spans);
  expect(trace.traceId).toBe(traceId);
  expect(trace.issues).toEqual([]);
  expect(trace.roots).toEqual([0]);
  expect(trace.endTimeUnixNano - trace.startTimeUnixNano).toBe(200_000_000n);
  expect(trace.endTimeUnixNano).toBe(1_700_000_000_000_000_000n);
  const services = new Set(trace.spans.map((span) => serviceName(span.resource)));
  expect([...services].toSorted()).toEqual(['auth', 'gateway', 'order', 'payment', 'postgres']);
  expect(trace.spans.filter(isErrorSpan)).toHaveLength(1);
  expect(trace.spans.some((span) => span.events.some((event) => event.name === 'exception'))).toBe(true);
  expect(trace.spans.every((span) => durationNano(span) > 0n)).toBe(true);
});
