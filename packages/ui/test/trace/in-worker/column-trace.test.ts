import { analyzeTrace, estimateClockSkew } from '@throughline/analysis';
import { assembleTrace, isErrorSpan } from '@throughline/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { columnSpans } from '../column-spans.ts';
import { arbitraryTrace } from '../arbitrary-trace.ts';
import { traceOfColumns } from '../../../src/trace/in-worker/column-trace.ts';
import { pathColumns } from '../../../src/trace/in-worker/path-columns.ts';

describe('a trace of columns', () => {
  it('has the spans that the columns were made of', () => {
    fc.assert(
      fc.property(arbitraryTrace, (columns) => {
        const trace = traceOfColumns(columns);
        const whole = assembleTrace(columnSpans(columns));
        expect(trace.spans).toHaveLength(whole.spans.length);
        for (const [row, span] of whole.spans.entries()) {
          const lazy = trace.spans[row];
          expect(lazy).toMatchObject({
            traceId: span.traceId,
            spanId: span.spanId,
            parentSpanId: span.parentSpanId,
            name: span.name,
            kind: span.kind,
            startTimeUnixNano: span.startTimeUnixNano,
            endTimeUnixNano: span.endTimeUnixNano,
          });
          expect(lazy?.attributes).toEqual(span.attributes);
          expect(lazy?.resource).toEqual(span.resource);
          expect(lazy === undefined ? undefined : isErrorSpan(lazy)).toBe(isErrorSpan(span));
        }
        expect(trace.roots).toEqual(whole.roots);
        expect(estimateClockSkew([trace])).toEqual(estimateClockSkew([whole]));
      }),
      { numRuns: 30 },
    );
  });
});

describe('path columns', () => {
  it('say the same as the analysis of the spans', () => {
    fc.assert(
      fc.property(arbitraryTrace, (columns) => {
        const paths = pathColumns(columns);
        const { criticalPath, selfNano } = analyzeTrace(assembleTrace(columnSpans(columns)));
        expect([...paths.criticalNano]).toEqual([...criticalPath.contributionNano]);
        expect([...paths.selfNano]).toEqual([...selfNano]);
        expect(paths.gapNano).toBe(criticalPath.gapNano);
        expect(paths.totalNano).toBe(criticalPath.totalNano);
      }),
      { numRuns: 50 },
    );
  });

  it('have each row’s stretches in time order, as long as what is charged to it', () => {
    fc.assert(
      fc.property(arbitraryTrace, (columns) => {
        const { segmentEnd, segmentFromNano, segmentToNano, criticalNano } = pathColumns(columns);
        for (let row = 0; row < columns.spanCount; row++) {
          let length = 0;
          let reached = -1;
          for (let at = row === 0 ? 0 : (segmentEnd[row - 1] ?? 0); at < (segmentEnd[row] ?? 0); at++) {
            expect(segmentFromNano[at]).toBeGreaterThanOrEqual(reached);
            reached = segmentToNano[at] ?? 0;
            length += reached - (segmentFromNano[at] ?? 0);
          }
          expect(length).toBe(criticalNano[row]);
        }
      }),
      { numRuns: 30 },
    );
  });
});
