import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { errorPrefix, isEntrySpan, selfTimeNano, spanIssuesInWords, traceFacts } from '../../src/trace/trace-facts.ts';
import { arbitraryTrace } from './arbitrary-trace.ts';
import { columnsOf, rowOf } from './columns-of.ts';

const MS = 1e6;

describe('traceFacts', () => {
  it('counts spans, services, errors and levels', () => {
    const facts = traceFacts(
      columnsOf([
        { startMs: 0, durationMs: 100, service: 'gateway', name: 'POST /orders' },
        { parent: 0, startMs: 10, durationMs: 50, service: 'order' },
        { parent: 1, startMs: 20, durationMs: 10, service: 'order', error: true },
      ]),
    );
    expect(facts).toMatchObject({
      rootService: 'gateway',
      rootName: 'POST /orders',
      durationNano: 100 * MS,
      spanCount: 3,
      errorCount: 1,
      levelCount: 3,
      services: [
        { service: 'order', spanCount: 2, errorCount: 1 },
        { service: 'gateway', spanCount: 1, errorCount: 0 },
      ],
      issues: [],
    });
  });

  it('says what is missing or odd', () => {
    const facts = traceFacts(
      columnsOf([
        { startMs: 10, durationMs: 100 },
        { parent: 0, startMs: 5, durationMs: 10 },
        { startMs: 20, durationMs: 5, missingParent: true },
        { startMs: 30, durationMs: 5 },
      ]),
    );
    expect(facts.issues).toEqual([
      '1 span names a parent that is not stored.',
      'The trace has 2 roots.',
      '1 span starts before its parent: clocks differ.',
    ]);
  });

  it('says when the beginning is missing', () => {
    const { issues } = traceFacts(columnsOf([{ startMs: 0, durationMs: 5, missingParent: true }]));
    expect(issues).toEqual(['1 span names a parent that is not stored.', 'The root span is not stored.']);
  });
});

it('says by how much a span lies outside its parent', () => {
  const columns = columnsOf([
    { startMs: 10, durationMs: 100 },
    { parent: 0, startMs: 7, durationMs: 10 },
    { parent: 0, startMs: 50, durationMs: 80 },
  ]);
  expect(spanIssuesInWords(columns, rowOf(columns, 1))).toEqual(['Starts 3.00 ms before its parent.']);
  expect(spanIssuesInWords(columns, rowOf(columns, 2))).toEqual(['Ends 20.0 ms after its parent.']);
  expect(spanIssuesInWords(columns, rowOf(columns, 0))).toEqual([]);
});

describe('selfTimeNano', () => {
  it('leaves out the time in which any child ran, once', () => {
    const columns = columnsOf([
      { startMs: 0, durationMs: 100 },
      { parent: 0, startMs: 10, durationMs: 30 },
      { parent: 0, startMs: 20, durationMs: 30 },
      { parent: 0, startMs: 90, durationMs: 50 },
      { parent: 1, startMs: 60, durationMs: 5 },
    ]);
    expect(selfTimeNano(columns, 0)).toBe(50 * MS);
  });

  it('is what counting millisecond by millisecond gives', () => {
    fc.assert(
      fc.property(arbitraryTrace, fc.nat(59), (columns, pick) => {
        const row = pick % columns.spanCount;
        const range = (of: number): [number, number] => {
          const start = (columns.startOffsetNano[of] ?? 0) / MS;
          return [start, start + (columns.durationNano[of] ?? 0) / MS];
        };
        const children = Array.from({ length: columns.spanCount }, (_, child) => child).filter(
          (child) => columns.parent[child] === row,
        );
        const [start, end] = range(row);
        let expected = 0;
        for (let ms = start; ms < end; ms++) {
          const covered = children.some((child) => range(child)[0] <= ms && ms < range(child)[1]);
          if (!covered) expected++;
        }
        expect(selfTimeNano(columns, row) / MS).toBeCloseTo(expected, 6);
      }),
    );
  });
});

it('knows the entry spans and the errors up to each row', () => {
  const columns = columnsOf([
    { startMs: 0, durationMs: 9, service: 'a', error: true },
    { parent: 0, startMs: 1, durationMs: 2, service: 'a' },
    { parent: 1, startMs: 1, durationMs: 1, service: 'b', error: true },
  ]);
  expect([0, 1, 2].map((row) => isEntrySpan(columns, row))).toEqual([true, false, true]);
  expect([...errorPrefix(columns)]).toEqual([0, 1, 1, 2]);
});
