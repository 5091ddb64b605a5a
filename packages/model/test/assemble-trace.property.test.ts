import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assembleTrace } from '../src/index.ts';
import { arbitraryTangledSpans, arbitraryTraceSpans, copyOfSpan } from '../testing/arbitraries.ts';
import { traceViolations } from './trace-violations.ts';

describe('assembleTrace on any spans', () => {
  test('keeps its contract, whatever is wrong with them', () => {
    fc.assert(
      fc.property(arbitraryTangledSpans(), (spans) => {
        expect(traceViolations(assembleTrace(spans), spans)).toEqual([]);
      }),
      { numRuns: 600 },
    );
  });

  test('gives the same trace for any order of the spans', () => {
    fc.assert(
      fc.property(
        arbitraryTangledSpans().chain((spans) =>
          fc.tuple(fc.constant(spans), fc.shuffledSubarray([...spans], { minLength: spans.length })),
        ),
        ([spans, shuffled]) => {
          expect(assembleTrace(shuffled)).toEqual(assembleTrace(spans));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('assembling what was assembled changes nothing', () => {
    fc.assert(
      fc.property(arbitraryTangledSpans(), (spans) => {
        const once = assembleTrace(spans);
        expect(assembleTrace(once.spans)).toEqual({ ...once, copyCount: 0 });
      }),
      { numRuns: 200 },
    );
  });

  test('copies change nothing but their count', () => {
    fc.assert(
      fc.property(arbitraryTangledSpans(), (spans) => {
        const once = assembleTrace(spans);
        const twice = assembleTrace([...spans.map(copyOfSpan), ...spans]);
        expect(twice).toEqual({ ...once, copyCount: once.copyCount + spans.length });
      }),
      { numRuns: 200 },
    );
  });

  test('finds nothing wrong with a sound trace', () => {
    fc.assert(
      fc.property(arbitraryTraceSpans(), (spans) => {
        const trace = assembleTrace(spans);
        expect(traceViolations(trace, spans)).toEqual([]);
        expect(trace.roots).toEqual([0]);
        expect(trace.spans[0]).toBe(spans[0]);
        expect(trace.issues).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
