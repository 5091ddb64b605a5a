import * as fc from 'fast-check';
import {
  assembleTrace,
  DETAIL_BLOCK_ROWS,
  durationNano,
  hexFromBytes,
  isErrorSpan,
  serviceName,
  type Span,
  SpanIssue,
  type Trace,
  type TraceColumns,
} from '@throughline/model';
import {
  arbitraryAttributes,
  arbitraryTangledSpans,
  arbitraryTraceSpans,
} from '@throughline/model/testing/arbitraries';
import { describe, expect, test } from 'vitest';

import {
  buildTraceColumns,
  decodeResource,
  decodeScope,
  decodeSpanDetails,
  decodeTraceColumns,
  encodeTraceColumns,
} from '../../src/index.ts';

const arbitraryTrace: fc.Arbitrary<Trace> = fc
  .oneof(
    arbitraryTraceSpans({ attributes: arbitraryAttributes }),
    arbitraryTangledSpans({ attributes: arbitraryAttributes }),
  )
  .map(assembleTrace);

/** The columns put together again, row by row, as plain spans with what else a row says. */
function rowsOf(columns: TraceColumns): unknown[] {
  return Array.from({ length: columns.spanCount }, (_, row) => {
    const idAt = (ids: Uint8Array): string => hexFromBytes(ids, 8 * row, 8).replace(/^0{16}$/, '');
    return {
      spanId: idAt(columns.spanId),
      parentSpanId: idAt(columns.parentSpanId),
      name: columns.strings[columns.name[row] ?? -1],
      service: columns.strings[columns.service[row] ?? -1],
      kind: columns.kind[row],
      startOffsetNano: columns.startOffsetNano[row],
      durationNano: columns.durationNano[row],
      statusCode: columns.statusCode[row],
      error: columns.error[row] === 1,
      eventCount: columns.eventCount[row],
      linkCount: columns.linkCount[row],
      resource: decodeResource(columns, columns.resource[row] ?? -1),
      scope: decodeScope(columns, columns.scope[row] ?? -1),
      details: decodeSpanDetails(columns, row),
    };
  });
}

function expectedRows(trace: Trace): unknown[] {
  return trace.spans.map((span) => ({
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    name: span.name,
    service: serviceName(span.resource),
    kind: span.kind,
    startOffsetNano: Number(span.startTimeUnixNano - trace.startTimeUnixNano),
    durationNano: Number(durationNano(span)),
    statusCode: span.status.code,
    error: isErrorSpan(span),
    eventCount: span.events.length,
    linkCount: span.links.length,
    resource: span.resource,
    scope: span.scope,
    details: detailsOf(span),
  }));
}

function detailsOf(span: Span): unknown {
  return {
    traceState: span.traceState,
    flags: span.flags,
    attributes: span.attributes,
    droppedAttributesCount: span.droppedAttributesCount,
    events: span.events,
    droppedEventsCount: span.droppedEventsCount,
    links: span.links,
    droppedLinksCount: span.droppedLinksCount,
    status: span.status,
  };
}

describe('buildTraceColumns', () => {
  test('says of every span what the trace says', () => {
    fc.assert(
      fc.property(arbitraryTrace, (trace) => {
        const columns = buildTraceColumns(trace);
        expect(rowsOf(columns)).toEqual(expectedRows(trace));
        const { traceId, startTimeUnixNano, endTimeUnixNano, copyCount, parent, depth, subtreeEnd } = trace;
        expect(columns).toMatchObject({
          traceId,
          startTimeUnixNano,
          endTimeUnixNano,
          copyCount,
          parent,
          depth,
          subtreeEnd,
          spanCount: trace.spans.length,
        });
      }),
      { numRuns: 200 },
    );
  });

  test('has a bit for every issue of a row', () => {
    const bitOf: Readonly<Record<string, number>> = {
      missing_parent: SpanIssue.MISSING_PARENT,
      cycle: SpanIssue.CYCLE,
      conflicting_duplicate: SpanIssue.CONFLICTING_DUPLICATE,
      starts_before_parent: SpanIssue.STARTS_BEFORE_PARENT,
      ends_after_parent: SpanIssue.ENDS_AFTER_PARENT,
      negative_duration: SpanIssue.NEGATIVE_DURATION,
    };
    const seen = new Set<number>();
    fc.assert(
      fc.property(arbitraryTangledSpans(), (spans) => {
        const trace = assembleTrace(spans);
        const expected = trace.spans.map((_, row) =>
          trace.issues
            .flatMap((issue) => ('row' in issue && issue.row === row ? [bitOf[issue.kind] ?? Number.NaN] : []))
            .reduce((sum, bit) => sum + bit, 0),
        );
        const { issues } = buildTraceColumns(trace);
        expect([...issues]).toEqual(expected);
        for (const bits of issues) for (const bit of Object.values(SpanIssue)) if ((bits & bit) !== 0) seen.add(bit);
      }),
    );
    expect(seen.size).toBe(Object.keys(bitOf).length);
  });

  test('keeps every distinct string, resource and scope once', () => {
    fc.assert(
      fc.property(arbitraryTraceSpans({ maxSpans: 30 }), (spans) => {
        // New objects for each span: what counts is the content.
        const apart = spans.map((span) => ({ ...span, resource: { ...span.resource }, scope: { ...span.scope } }));
        const columns = buildTraceColumns(assembleTrace(apart));
        expect(new Set(columns.strings).size).toBe(columns.strings.length);
        const hex = (items: readonly Uint8Array[]): string[] => items.map((bytes) => hexFromBytes(bytes));
        expect(new Set(hex(columns.resources)).size).toBe(columns.resources.length);
        expect(new Set(hex(columns.scopes)).size).toBe(columns.scopes.length);
        expect(columns).toEqual(buildTraceColumns(assembleTrace(spans)));
      }),
    );
  });

  test('leaves out of the details what has a column', () => {
    const [span] = fc.sample(arbitraryTraceSpans(), { numRuns: 1, seed: 1 })[0] ?? [];
    if (span === undefined) throw new Error('a trace has a span');
    const bare: Span = { ...span, attributes: new Map(), events: [], links: [], status: { code: 0, message: '' } };
    const columns = buildTraceColumns(assembleTrace([{ ...bare, traceState: '', flags: 0, name: 'a long name' }]));
    expect(columns.detailBlocks).toEqual([{ end: new Uint32Array(1), bytes: new Uint8Array(), leftOutCount: 0 }]);
  });

  /** With details of some 100 bytes each. */
  const traceOf = (spanCount: number): Trace => {
    const [span] = fc.sample(arbitraryTraceSpans(), { numRuns: 1, seed: 1 })[0] ?? [];
    if (span === undefined) throw new Error('a trace has a span');
    const spans = Array.from({ length: spanCount }, (_, n): Span => {
      const attributes = new Map([['text', `${n} ${'x'.repeat(100)}`]]);
      return { ...span, spanId: (n + 1).toString(16).padStart(16, '0'), attributes, events: [], links: [] };
    });
    return assembleTrace(spans);
  };

  test('has the details in blocks of so many rows', () => {
    const trace = traceOf(DETAIL_BLOCK_ROWS + 10);
    const columns = buildTraceColumns(trace);
    expect(columns.detailBlocks.map(({ end }) => end.length)).toEqual([DETAIL_BLOCK_ROWS, 10]);
    expect(rowsOf(columns)).toEqual(expectedRows(trace));
    expect(decodeTraceColumns(encodeTraceColumns(columns))).toEqual(columns);
  });

  test('leaves out the details that are beyond the limit, and says of how many rows', () => {
    const trace = traceOf(2 * DETAIL_BLOCK_ROWS);
    const whole = buildTraceColumns(trace);
    const sizes = whole.detailBlocks.map(({ bytes }) => bytes.length);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    expect(buildTraceColumns(trace, { maxDetailBytes: total })).toEqual(whole);
    const leftOut = (maxDetailBytes: number): readonly number[] =>
      buildTraceColumns(trace, { maxDetailBytes }).detailBlocks.map(({ leftOutCount }) => leftOutCount);
    expect(leftOut(total - 1)).toEqual([0, 1]);
    expect(leftOut(sizes[0] ?? 0)).toEqual([0, DETAIL_BLOCK_ROWS]);
    expect(leftOut((sizes[0] ?? 0) - 1)).toEqual([1, DETAIL_BLOCK_ROWS]);
    expect(leftOut(0)).toEqual([DETAIL_BLOCK_ROWS, DETAIL_BLOCK_ROWS]);

    const cut = decodeTraceColumns(encodeTraceColumns(buildTraceColumns(trace, { maxDetailBytes: total - 1 })));
    const rows = rowsOf(cut);
    expect(rows.slice(0, -1)).toEqual(expectedRows(trace).slice(0, -1));
    expect(decodeSpanDetails(cut, 2 * DETAIL_BLOCK_ROWS - 1).attributes).toEqual(new Map());
  });
});

describe('encodeTraceColumns and decodeTraceColumns', () => {
  test('are inverse', () => {
    fc.assert(
      fc.property(arbitraryTrace, (trace) => {
        const columns = buildTraceColumns(trace);
        expect(decodeTraceColumns(encodeTraceColumns(columns))).toEqual(columns);
      }),
      { numRuns: 200 },
    );
  });

  test('an empty trace', () => {
    const columns = buildTraceColumns(assembleTrace([]));
    const decoded = decodeTraceColumns(encodeTraceColumns(columns));
    expect(decoded).toEqual(columns);
    expect(decoded).toMatchObject({ traceId: '', spanCount: 0 });
  });

  test('the bytes may lie anywhere in their buffer', () => {
    const [spans = []] = fc.sample(arbitraryTraceSpans(), { numRuns: 1, seed: 3 });
    const columns = buildTraceColumns(assembleTrace(spans));
    const bytes = encodeTraceColumns(columns);
    for (let shift = 0; shift < 16; shift++) {
      const room = Buffer.alloc(bytes.length + 16);
      room.set(bytes, shift);
      const shifted = decodeTraceColumns(room.subarray(shift, shift + bytes.length));
      expect(shifted).toEqual(columns);
      expect(rowsOf(shifted)).toEqual(rowsOf(columns));
    }
  });

  test('decoding does not depend on what lies around the bytes', () => {
    const [spans = []] = fc.sample(arbitraryTraceSpans(), { numRuns: 1, seed: 4 });
    const bytes = encodeTraceColumns(buildTraceColumns(assembleTrace(spans)));
    const room = new Uint8Array(bytes.length + 32).fill(0xff);
    room.set(bytes, 16);
    expect(decodeTraceColumns(room.subarray(16, 16 + bytes.length))).toEqual(decodeTraceColumns(bytes));
  });
});

describe('rows and indices that are not there', () => {
  const columns = buildTraceColumns(assembleTrace(fc.sample(arbitraryTraceSpans(), { numRuns: 1, seed: 5 })[0] ?? []));

  test.each([-1, 0.5, 1_000_000])('%d', (index) => {
    expect(() => decodeSpanDetails(columns, index)).toThrow(RangeError);
    expect(() => decodeResource(columns, index)).toThrow(RangeError);
    expect(() => decodeScope(columns, index)).toThrow(RangeError);
  });
});
