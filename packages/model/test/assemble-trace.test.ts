import { describe, expect, test } from 'vitest';
import { assembleTrace, emptyAttributes, type Span, type Trace } from '../src/index.ts';

const resource = { attributes: new Map([['service.name', 's']]), droppedAttributesCount: 0, schemaUrl: '' };
const scope = { name: '', version: '', attributes: emptyAttributes, droppedAttributesCount: 0, schemaUrl: '' };
const id = (n: number): string => n.toString(16).padStart(16, '0');

/** Times are nanoseconds after the trace's nominal start. */
function span(spanId: number, parent: number | undefined, start: number, end: number, name = `${spanId}`): Span {
  return {
    traceId: '0'.repeat(31) + '1',
    spanId: id(spanId),
    parentSpanId: parent === undefined ? '' : id(parent),
    traceState: '',
    flags: 0,
    name,
    kind: 1,
    startTimeUnixNano: 1_000n + BigInt(start),
    endTimeUnixNano: 1_000n + BigInt(end),
    attributes: emptyAttributes,
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { code: 0, message: '' },
    resource,
    scope,
    weight: 1,
  };
}

/** The tree in one line: `a(b c(d))`. */
function outline(trace: Trace): string {
  const show = (row: number): string => {
    const children: string[] = [];
    for (let at = row + 1; at < (trace.subtreeEnd[row] ?? 0); at = trace.subtreeEnd[at] ?? Infinity) {
      children.push(show(at));
    }
    return `${trace.spans[row]?.name}${children.length === 0 ? '' : `(${children.join(' ')})`}`;
  };
  return trace.roots.map(show).join(' ');
}

test('no spans make an empty trace', () => {
  expect(assembleTrace([])).toEqual({
    traceId: '',
    spans: [],
    parent: new Int32Array(),
    depth: new Uint32Array(),
    subtreeEnd: new Uint32Array(),
    roots: [],
    startTimeUnixNano: 0n,
    endTimeUnixNano: 0n,
    issues: [],
    copyCount: 0,
  });
});

test('a sound trace in any order', () => {
  const spans = [span(4, 2, 15, 20), span(2, 1, 10, 30), span(3, 1, 40, 50), span(1, undefined, 0, 100)];
  const trace = assembleTrace(spans);
  expect(outline(trace)).toBe('1(2(4) 3)');
  expect([...trace.parent]).toEqual([-1, 0, 1, 0]);
  expect([...trace.depth]).toEqual([0, 1, 2, 1]);
  expect([...trace.subtreeEnd]).toEqual([4, 3, 3, 4]);
  expect(trace).toMatchObject({
    roots: [0],
    startTimeUnixNano: 1000n,
    endTimeUnixNano: 1100n,
    issues: [],
    copyCount: 0,
  });
});

test('siblings: by start, then the longest first, then by id', () => {
  const trace = assembleTrace([
    span(1, undefined, 0, 100),
    span(9, 1, 10, 20),
    span(8, 1, 5, 6),
    span(7, 1, 10, 30),
    span(6, 1, 10, 20),
    // Ends before its start: as short as can be.
    span(5, 1, 10, 0),
  ]);
  expect(outline(trace)).toBe('1(8 7 6 9 5)');
});

test('instants too far apart for doubles still sort exactly', () => {
  const far = 2n ** 63n;
  const at = (spanId: number, start: bigint, end: bigint): Span => ({
    ...span(spanId, 1, 0, 0),
    startTimeUnixNano: start,
    endTimeUnixNano: end,
  });
  const trace = assembleTrace([
    { ...at(1, 0n, far * 2n - 1n), parentSpanId: '' },
    at(2, far + 2n, far + 3n),
    at(3, far + 1n, far + 2n),
    at(4, far + 1n, far + 3n),
    at(5, far, far * 2n - 1n),
  ]);
  expect(outline(trace)).toBe('1(5 4 3 2)');
  expect(trace.endTimeUnixNano).toBe(far * 2n - 1n);
  expect(trace.issues).toEqual([]);
});

test('a nanosecond outside the parent is seen where doubles do not show it', () => {
  const far = 2n ** 63n;
  const root = { ...span(1, undefined, 0, 0), startTimeUnixNano: 0n, endTimeUnixNano: far * 2n - 1n };
  const parent = { ...span(2, 1, 0, 0), startTimeUnixNano: far + 1n, endTimeUnixNano: far + 8n };
  const early = { ...span(3, 2, 0, 0), startTimeUnixNano: far, endTimeUnixNano: far + 8n };
  const late = { ...span(4, 2, 0, 0), startTimeUnixNano: far + 1n, endTimeUnixNano: far + 9n };
  const trace = assembleTrace([root, parent, early, late]);
  expect(outline(trace)).toBe('1(2(3 4))');
  expect(trace.issues).toEqual([
    { kind: 'starts_before_parent', row: 2, byNano: 1n },
    { kind: 'ends_after_parent', row: 3, byNano: 1n },
  ]);
});

describe('copies and conflicts', () => {
  test('exact copies count once', () => {
    const trace = assembleTrace([
      span(1, undefined, 0, 9),
      span(2, 1, 1, 2),
      span(1, undefined, 0, 9),
      span(2, 1, 1, 2),
    ]);
    expect(outline(trace)).toBe('1(2)');
    expect(trace).toMatchObject({ copyCount: 2, issues: [] });
  });

  test('conflicting duplicates both stay, and children belong to the first', () => {
    const trace = assembleTrace([
      span(3, 2, 20, 21, 'child'),
      span(1, undefined, 0, 100, 'root'),
      span(2, 1, 11, 30, 'later'),
      span(2, 1, 10, 30, 'earlier'),
      span(2, 1, 10, 30, 'earlier'),
    ]);
    expect(outline(trace)).toBe('root(earlier(child) later)');
    expect(trace.copyCount).toBe(1);
    expect(trace.issues).toEqual([
      { kind: 'conflicting_duplicate', row: 1, spanId: id(2) },
      { kind: 'conflicting_duplicate', row: 3, spanId: id(2) },
    ]);
  });
});

describe('missing parents and roots', () => {
  test('an orphan is an extra root behind the true ones', () => {
    const trace = assembleTrace([
      span(5, 4, 0, 5, 'orphan'),
      span(6, 5, 1, 2, 'below'),
      span(1, undefined, 10, 20, 'root'),
    ]);
    expect(outline(trace)).toBe('root orphan(below)');
    expect(trace.issues).toEqual([{ kind: 'missing_parent', row: 1, parentSpanId: id(4) }]);
  });

  test('orphans alone have no root', () => {
    const trace = assembleTrace([span(5, 4, 0, 5), span(6, 4, 1, 2)]);
    expect(trace.issues).toEqual([
      { kind: 'no_root' },
      { kind: 'missing_parent', row: 0, parentSpanId: id(4) },
      { kind: 'missing_parent', row: 1, parentSpanId: id(4) },
    ]);
  });

  test('several roots', () => {
    const trace = assembleTrace([span(2, undefined, 5, 6), span(3, 1, 1, 2), span(1, undefined, 0, 9)]);
    expect(outline(trace)).toBe('1(3) 2');
    expect(trace.issues).toEqual([{ kind: 'multiple_roots', rows: [0, 2] }]);
  });
});

describe('cycles', () => {
  test('a span that is its own parent', () => {
    const trace = assembleTrace([span(1, 1, 0, 9)]);
    expect(outline(trace)).toBe('1');
    expect(trace.issues).toEqual([{ kind: 'no_root' }, { kind: 'cycle', row: 0 }]);
  });

  test('is cut above its first span, with what hangs below it', () => {
    const trace = assembleTrace([span(3, 2, 3, 4), span(2, 4, 2, 5), span(4, 3, 2, 4), span(5, 3, 3, 4)]);
    expect(outline(trace)).toBe('2(3(4 5))');
    expect(trace.issues.filter((issue) => issue.kind === 'cycle')).toEqual([{ kind: 'cycle', row: 0 }]);
  });
});

describe('times', () => {
  test('children outside their parents, by how much', () => {
    const trace = assembleTrace([span(1, undefined, 10, 20), span(2, 1, 7, 25), span(3, 2, 7, 25)]);
    expect(trace.issues).toEqual([
      { kind: 'starts_before_parent', row: 1, byNano: 3n },
      { kind: 'ends_after_parent', row: 1, byNano: 5n },
    ]);
    expect(trace).toMatchObject({ startTimeUnixNano: 1007n, endTimeUnixNano: 1025n });
  });

  test('a span that ends before its start ends at its start', () => {
    const trace = assembleTrace([span(1, undefined, 10, -1000)]);
    expect(trace).toMatchObject({ startTimeUnixNano: 1010n, endTimeUnixNano: 1010n });
    expect(trace.issues).toEqual([{ kind: 'negative_duration', row: 0 }]);
  });
});

describe('size', () => {
  test('a chain of 100,000 spans, deepest first', () => {
    const count = 100_000;
    const spans = Array.from({ length: count }, (_, i) => span(i + 1, i === 0 ? undefined : i, i, count)).toReversed();
    const trace = assembleTrace(spans);
    expect(trace.depth[count - 1]).toBe(count - 1);
    expect(trace.subtreeEnd.every((end) => end === count)).toBe(true);
    expect(trace.issues).toEqual([]);
  });

  test('a cycle of 100,000 spans', () => {
    const count = 100_000;
    const trace = assembleTrace(Array.from({ length: count }, (_, i) => span(i + 1, i === 0 ? count : i, i, count)));
    expect(trace.depth[count - 1]).toBe(count - 1);
    expect(trace.issues).toEqual([{ kind: 'no_root' }, { kind: 'cycle', row: 0 }]);
  });

  test('50,000 children of one span, and 50,000 spans with one id', () => {
    const count = 50_000;
    const wide = assembleTrace(Array.from({ length: count }, (_, i) => span(i + 1, i === 0 ? undefined : 1, i, count)));
    expect(wide.subtreeEnd[0]).toBe(count);
    const same = assembleTrace(Array.from({ length: count }, (_, i) => span(1, undefined, 0, 1, `${i}`)));
    expect(same.roots.length).toBe(count);
    expect(same.issues.filter((issue) => issue.kind === 'conflicting_duplicate').length).toBe(count);
  });
});
