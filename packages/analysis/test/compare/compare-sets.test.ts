import { assembleTrace, type Trace } from '@throughline/model';
import { arbitraryTraceSpans } from '@throughline/model/testing/arbitraries';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareSets } from '../../src/index.ts';
import { MS, span, trace } from '../spans.ts';

function request(
  id: number,
  given: { version?: string; queryMs?: number; cache?: boolean; error?: string } = {},
): Trace {
  const { version = '1', queryMs = 10, cache = false, error } = given;
  return trace(
    span(1, `GET /item/${id}`, 0, 20 + queryMs, {
      trace: id,
      service: 'web',
      resource: { 'service.version': version },
    }),
    span(2, 'SELECT', 5, 5 + queryMs, {
      trace: id,
      parent: 1,
      service: 'db',
      attributes: { rows: BigInt(id % 3), id: `${id}` },
      ...(error !== undefined && { error }),
    }),
    ...(cache ? [span(3, 'get', 1, 2, { trace: id, parent: 1, service: 'cache' })] : []),
  );
}

function many(count: number, make: (id: number) => Trace): readonly Trace[] {
  return Array.from({ length: count }, (_, i) => make(i + 1));
}

describe('compareSets', () => {
  test('what is in exactly the same traces is one entry', () => {
    const ofPod = (id: number, resource: Record<string, string>): Trace =>
      trace(span(1, 'GET', 0, 10, { trace: id, service: 'web', resource }));
    const usual = { 'service.version': '1', pod: 'a', zone: 'z' };
    const before = many(40, (id) => ofPod(id, usual));
    const after = many(40, (id) => ofPod(100 + id, id <= 20 ? usual : { 'service.version': '2', pod: 'b', zone: 'z' }));
    const { attributes } = compareSets(before, after);
    expect(attributes.map(({ lift, equals, equalCount }) => [lift, equals.length, equalCount])).toEqual([
      [0.5, 1, 1],
      [-0.5, 1, 1],
    ]);
    expect(attributes[0]).toMatchObject({
      feature: { key: 'service.version', value: '2' },
      equals: [{ kind: 'attribute', service: 'web', scope: 'resource', key: 'pod', value: 'b' }],
    });
  });

  test('the attribute value, the edge, the error and the operation that set them apart', () => {
    const before = many(60, (id) => request(id, { queryMs: 10 + (id % 5), cache: true }));
    const after = many(60, (id) =>
      request(id, {
        version: id % 10 === 0 ? '1' : '2',
        queryMs: 50 + (id % 5),
        ...(id % 2 === 0 && { error: 'timeout' }),
      }),
    );
    const found = compareSets(before, after);
    expect(new Set(found.attributes.map(({ feature, lift }) => [feature, lift]))).toEqual(
      new Set([
        [{ kind: 'attribute', service: 'web', scope: 'resource', key: 'service.version', value: '2' }, 0.9],
        [{ kind: 'attribute', service: 'web', scope: 'resource', key: 'service.version', value: '1' }, -0.9],
      ]),
    );
    expect(found.structure.map(({ feature, beforeShare, afterShare }) => [feature, beforeShare, afterShare])).toEqual([
      // Effect sizes of -pi, -pi and pi / 2.
      [{ kind: 'operation', service: 'cache', operation: 'get' }, 1, 0],
      [{ kind: 'edge', service: 'web', callee: 'cache' }, 1, 0],
      [{ kind: 'error', service: 'db', operation: 'SELECT' }, 0, 0.5],
    ]);
    expect(found.components[0]).toMatchObject({
      service: 'db',
      operation: 'SELECT',
      deltaMeanNano: 40 * MS,
      effectSize: 1,
      beforeCount: 60,
      afterCount: 60,
    });
    expect(found.deltaMeanDurationNano).toBe(40 * MS);
    for (const { adjustedPValue } of [...found.attributes, ...found.structure])
      expect(adjustedPValue).toBeLessThan(0.001);
  });

  test('few traces prove nothing', () => {
    expect(
      compareSets(
        many(2, request),
        many(2, (id) => request(id, { version: '2' })),
      ).attributes,
    ).toEqual([]);
  });

  test('keys with a value for every trace are named, not compared; at n and n + 1', () => {
    const traces = many(30, request);
    expect(compareSets(traces, traces, { maxValuesPerKey: 29 }).highCardinalityKeys).toEqual(['db id']);
    expect(compareSets(traces, traces, { maxValuesPerKey: 30 }).highCardinalityKeys).toEqual([]);
    expect(compareSets(traces, traces, { maxFeatures: 3 })).toMatchObject({ limited: true, testedFeatureCount: 3 });
  });

  test('equal sets have no lift, and an empty one has none either', () => {
    fc.assert(
      fc.property(fc.array(arbitraryTraceSpans(), { maxLength: 12 }), (sets) => {
        const traces = sets.map((spans) => assembleTrace(spans));
        for (const [before, after] of [
          [traces, traces],
          [traces, []],
          [[], traces],
        ] as const) {
          const found = compareSets(before, after, { maxAdjustedPValue: 1, minLift: 1e-9 });
          const lifts = [...found.attributes, ...found.structure];
          if (before.length === after.length) {
            expect(lifts).toEqual([]);
            for (const { deltaMeanNano, effectSize } of found.components)
              expect([deltaMeanNano, effectSize]).toEqual([0, 0]);
          }
          for (const { adjustedPValue, effectSize } of lifts) {
            expect(Number.isFinite(effectSize)).toBe(true);
            expect(adjustedPValue).toBe(1);
          }
          expect(found.deltaMeanDurationNano).toBe(0);
        }
      }),
      { numRuns: 50 },
    );
  });
});
