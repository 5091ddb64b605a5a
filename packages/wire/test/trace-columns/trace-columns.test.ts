import * as fc from 'fast-check';
import {
  assembleTrace,
  DETAIL_BLOCK_BYTES,
  detailsPresence,
  durationNano,
  hexFromBytes,
  isErrorSpan,
  MAX_DETAIL_BLOCK_ROWS,
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
    const nothing = { firstRow: 0, end: new Uint32Array(1), bytes: new Uint8Array(), leftOutCount: 0 };
    expect(columns.detailBlocks).toEqual([nothing]);
  });

  /** Rows in order, with a text of a length in each one's details. */
  const traceOf = (spanCount: number, textLength: number): Trace => {
    const [span] = fc.sample(arbitraryTraceSpans(), { numRuns: 1, seed: 1 })[0] ?? [];
    if (span === undefined) throw new Error('a trace has a span');
    const spans = Array.from({ length: spanCount }, (_, n): Span => {
      const attributes = new Map([['text', `${n} ${'x'.repeat(textLength)}`]]);
      return { ...span, spanId: (n + 1).toString(16).padStart(16, '0'), attributes, events: [], links: [] };
    });
    return assembleTrace(spans);
  };
  const rowCounts = ({ detailBlocks }: TraceColumns): readonly (readonly number[])[] =>
    detailBlocks.map(({ firstRow, end, leftOutCount }) => [firstRow, end.length, leftOutCount]);

  test('has the details in blocks of so many rows', () => {
    const trace = traceOf(MAX_DETAIL_BLOCK_ROWS + 10, 10);
    const columns = buildTraceColumns(trace);
    expect(rowCounts(columns)).toEqual([
      [0, MAX_DETAIL_BLOCK_ROWS, 0],
      [MAX_DETAIL_BLOCK_ROWS, 10, 0],
    ]);
    expect(rowsOf(columns)).toEqual(expectedRows(trace));
    expect(decodeTraceColumns(encodeTraceColumns(columns))).toEqual(columns);
  });

  test('has large details in blocks of fewer rows, a very large one by itself', () => {
    const trace = traceOf(5, DETAIL_BLOCK_BYTES / 2);
    const columns = buildTraceColumns(trace);
    expect(rowCounts(columns).map(([, rowCount]) => rowCount)).toEqual([2, 2, 1]);
    expect(rowsOf(columns)).toEqual(expectedRows(trace));
    expect(decodeTraceColumns(encodeTraceColumns(columns))).toEqual(columns);
    expect(rowCounts(buildTraceColumns(traceOf(2, 2 * DETAIL_BLOCK_BYTES)))).toEqual([
      [0, 1, 0],
      [1, 1, 0],
    ]);
  });

  test('leaves out the details that are beyond the limit, and says of which rows', () => {
    const count = MAX_DETAIL_BLOCK_ROWS + 10;
    const trace = traceOf(count, 10);
    const whole = buildTraceColumns(trace);
    const sizes = whole.detailBlocks.map(({ bytes }) => bytes.length);
    const [first = 0, second = 0] = sizes;
    expect(buildTraceColumns(trace, { maxDetailBytes: first + second })).toEqual(whole);
    const cut = (maxDetailBytes: number): unknown => rowCounts(buildTraceColumns(trace, { maxDetailBytes }));
    expect(cut(first + second - 1)).toEqual([
      [0, MAX_DETAIL_BLOCK_ROWS, 0],
      [MAX_DETAIL_BLOCK_ROWS, 9, 0],
      [count - 1, 1, 1],
    ]);
    expect(cut(first)).toEqual([
      [0, MAX_DETAIL_BLOCK_ROWS, 0],
      [MAX_DETAIL_BLOCK_ROWS, 10, 10],
    ]);
    expect(cut(first - 1)).toEqual([
      [0, MAX_DETAIL_BLOCK_ROWS - 1, 0],
      [MAX_DETAIL_BLOCK_ROWS - 1, 11, 11],
    ]);
    expect(cut(0)).toEqual([
      [0, MAX_DETAIL_BLOCK_ROWS, MAX_DETAIL_BLOCK_ROWS],
      [MAX_DETAIL_BLOCK_ROWS, 10, 10],
    ]);

    const decoded = decodeTraceColumns(
      encodeTraceColumns(buildTraceColumns(trace, { maxDetailBytes: first + second - 1 })),
    );
    expect(rowsOf(decoded).slice(0, -1)).toEqual(expectedRows(trace).slice(0, -1));
    expect(decodeSpanDetails(decoded, count - 1).attributes).toEqual(new Map());
    expect([0, count - 2, count - 1, count].map((row) => detailsPresence(decoded, row))).toEqual([
      'here',
      'here',
      'left_out',
      'coming',
    ]);
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
