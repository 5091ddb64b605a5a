import { describe, expect, it } from 'vitest';
import type { FacetsAnswer } from '../../../src/native/explore/explore-answer-types.ts';
import { facetsAnswer } from '../../../src/native/explore/explore-schemas.ts';
import { testApi } from '../../api.ts';
import { EPOCH_SECONDS, span } from '../../spans.ts';
import { storeOf } from '../../store.ts';

const WINDOW = `start_time=${EPOCH_SECONDS}&end_time=${EPOCH_SECONDS + 600}`;
const store = await storeOf(
  Array.from({ length: 12 }, (_, i) => [
    span({ trace: i, id: 1, name: 'page', kind: 2, startMs: i, durationMs: 90 }),
    span({
      trace: i,
      id: 2,
      parent: 1,
      service: 'cart',
      kind: i % 2 === 0 ? 3 : 1,
      name: `op-${i % 3}`,
      startMs: i,
      error: i < 3,
      attributes: { 'http.route': `/${i % 4} "x"`, code: BigInt(200 + (i % 2)), ratio: i / 2, id: `id-${i}` },
    }),
  ]).flat(),
);
const api = await testApi(store);
const facetsOf = async (parameters: Readonly<Record<string, string>>, names: readonly string[] = []) => {
  const query = new URLSearchParams({ ...parameters });
  for (const name of names) query.append('names', name);
  return facetsAnswer.parse(await api.json(`/v1/facets?${WINDOW}&${query.toString()}`));
};
const named = ({ facets }: FacetsAnswer): string[] => facets.map(({ field }) => field);

describe('GET /v1/facets', () => {
  it('counts values of what tells spans apart, and of the roots where nothing is asked', async () => {
    const roots = await facetsOf({});
    expect(roots).toMatchObject({ count: 12, error_count: 0, filter: '{ nestedSetParent < 0 }', complete: true });
    expect(named(roots)).toEqual(['resource.service.name', 'name', 'status', 'kind']);
    expect(roots.facets[3]?.values).toEqual([
      { type: 'kind', value: 'server', count: 12, error_count: 0, condition: 'kind = server' },
    ]);
    const cart = await facetsOf({ service: 'cart' });
    expect(named(cart)).toEqual(['resource.service.name', 'name', 'status', 'kind', 'span.code', 'span.http.route']);
    expect(cart).toMatchObject({ count: 12, error_count: 3 });
  });

  it('gives for each value the condition that lists its traces', async () => {
    const { facets } = await facetsOf({ q: '{ name =~ "op.*" }' }, [
      'name',
      'status',
      'kind',
      'span.http.route',
      'span.code',
      'span.ratio',
    ]);
    for (const { values, field, missing_count: missing } of facets) {
      expect([field, missing]).toEqual([field, 0]);
      for (const { condition, count, error_count: errorCount } of values) {
        const traces = async (more: string) => {
          const q = `{ name =~ "op.*" && ${condition ?? ''}${more} }`;
          return (await api.json(`/v1/traces?${WINDOW}&q=${encodeURIComponent(q)}`)).traces.length;
        };
        expect([condition, await traces(''), await traces(' && status = error')]).toEqual([
          condition,
          count,
          errorCount,
        ]);
      }
    }
  });

  it('has so many values, and tells that there are more', async () => {
    const { facets } = await facetsOf({ service: 'cart', limit: '2' }, ['span.http.route', 'span.none']);
    expect(facets).toMatchObject([
      { scope: 'span', name: 'http.route', values: { length: 2 }, more: true, missing_count: 0 },
      { values: [], more: false, missing_count: 12 },
    ]);
  });

  it('counts the spans of a larger query from its traces', async () => {
    const larger = await facetsOf({ q: '{ } > { name = "op-0" }' });
    expect(larger).toMatchObject({ count: 4, error_count: 1, complete: true });
    expect(named(larger)).toContain('span.code');
    const limited = await testApi(store, { limits: { maxSampledSpans: 2 } });
    const cut = await limited.json(`/v1/facets?${WINDOW}&q=${encodeURIComponent('{ } > { }')}`);
    expect(cut).toMatchObject({ count: 2, complete: false, reasons: [{ code: 'count_limit' }] });
  });

  it('refuses what is no field, and too many', async () => {
    for (const name of ['.http.route', 'duration', 'parent.span.a', 'a || true } || { b', '']) {
      const { statusCode, body } = await api.get(`/v1/facets?names=${encodeURIComponent(name)}&names=name`);
      if (name === '') expect(statusCode).toBe(200);
      else expect(JSON.parse(body).error).toMatchObject({ code: 'invalid_parameter', parameter: 'names' });
    }
    const names = (count: number): string => Array.from({ length: count }, (_, i) => `&names=span.a${i}`).join('');
    expect((await api.get(`/v1/facets?${WINDOW}${names(20)}`)).statusCode).toBe(200);
    expect((await api.get(`/v1/facets?${WINDOW}${names(21)}`)).statusCode).toBe(400);
    expect((await api.get(`/v1/facets?${WINDOW}&limit=101`)).statusCode).toBe(400);
  });
});
