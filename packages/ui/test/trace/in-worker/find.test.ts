import type { Attributes, AttributeValue } from '@throughline/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { findInTrace, type FindOptions, wantedBy } from '../../../src/trace/in-worker/find.ts';
import { createDetailsReader } from '../../../src/trace/span-details.ts';
import type { TraceColumns } from '@throughline/model';
import { arbitraryTrace } from '../arbitrary-trace.ts';
import { columnsOf, rowOf, testSpanId } from '../columns-of.ts';

function optionsFor(columns: TraceColumns, more: Partial<FindOptions> = {}): FindOptions {
  const details = createDetailsReader(columns);
  return {
    signal: new AbortController().signal,
    detailsOf: (row) => ({ ...details.span(row), statusMessage: details.span(row).status.message }),
    resourceAttributes: details.resourceAttributes,
    pause: () => Promise.resolve(),
    now: () => 0,
    ...more,
  };
}

async function rowsFound(columns: TraceColumns, text: string): Promise<readonly number[]> {
  const wanted = wantedBy(text);
  if (wanted.kind === 'nothing') return [];
  if (wanted.kind === 'query') throw new Error('a query is for the interpreter');
  const { matches, matchCount, progress } = await findInTrace(columns, wanted, optionsFor(columns));
  const rows = [...matches.keys()].filter((row) => matches[row] === 1);
  expect(matchCount).toBe(rows.length);
  expect(progress).toBe(1);
  return rows;
}

const shop = columnsOf([
  { startMs: 0, durationMs: 10, name: 'POST /Orders', service: 'gateway', attributes: { 'http.route': '/orders' } },
  { parent: 0, startMs: 1, durationMs: 5, name: 'charge', service: 'payment', attributes: { attempts: 42, ok: true } },
  { parent: 1, startMs: 2, durationMs: 2, name: 'call', service: 'bank', events: [{ name: 'Retry', atMs: 3 }] },
]);

describe('findInTrace', () => {
  it('finds names, services, keys, values, events and span ids, whatever their case', async () => {
    expect(await rowsFound(shop, 'post')).toEqual([0]);
    expect(await rowsFound(shop, 'PAYMENT')).toEqual([1]);
    expect(await rowsFound(shop, 'http.route')).toEqual([0]);
    expect(await rowsFound(shop, '/orders')).toEqual([0]);
    expect(await rowsFound(shop, '42')).toEqual([1]);
    expect(await rowsFound(shop, 'true')).toEqual([1]);
    expect(await rowsFound(shop, 'retry')).toEqual([2]);
    expect(await rowsFound(shop, testSpanId(2))).toEqual([rowOf(shop, 2)]);
    expect(await rowsFound(shop, 'nowhere')).toEqual([]);
    expect(await rowsFound(shop, '  ')).toEqual([]);
  });

  it('finds what a search through everything decoded finds', async () => {
    const needle = fc.constantFrom(
      'item',
      'a',
      'e',
      'beta',
      'É',
      'é',
      'ß',
      '1',
      '-4',
      'true',
      'fal',
      'route',
      'GET /',
      'cat',
      'n',
      'Alpha B',
      '.',
      '0',
    );
    await fc.assert(
      fc.asyncProperty(arbitraryTrace, needle, async (columns, text) => {
        const details = createDetailsReader(columns);
        const contains = (value: string): boolean => value.toLowerCase().includes(text.toLowerCase());
        const expected = Array.from({ length: columns.spanCount }, (_, row) => row).filter(
          (row) =>
            contains(columns.strings[columns.name[row] ?? 0] ?? '') ||
            contains(columns.strings[columns.service[row] ?? 0] ?? '') ||
            attributeTexts(details.span(row).attributes).some(contains) ||
            attributeTexts(details.resourceAttributes(columns.resource[row] ?? 0)).some(contains),
        );
        expect(await rowsFound(columns, text)).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it('pauses when its slice is used up and stops when it is not wanted any more', async () => {
    const many = columnsOf(Array.from({ length: 300 }, (_, index) => ({ startMs: index, durationMs: 1 })));
    let clock = 0;
    let pauses = 0;
    const abort = new AbortController();
    const progress: number[] = [];
    const options = optionsFor(many, {
      signal: abort.signal,
      now: () => (clock += 25),
      pause: () => {
        if (++pauses === 2) abort.abort(new Error('newer search'));
        return Promise.resolve();
      },
      onProgress: (found) => progress.push(found.progress),
    });
    await expect(findInTrace(many, { kind: 'text', needle: 'span' }, options)).rejects.toThrow('newer search');
    expect(pauses).toBe(2);
    expect(progress.every((share) => share > 0 && share < 1)).toBe(true);
  });
});

function attributeTexts(attributes: Attributes): string[] {
  return [...attributes].flatMap(([key, value]) => [key, scalarText(value)]);
}

/** The arbitrary has scalars only. */
function scalarText(value: AttributeValue): string {
  return typeof value === 'object' ? '' : String(value);
}
