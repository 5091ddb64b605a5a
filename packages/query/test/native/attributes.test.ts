import { expect, describe, it } from 'vitest';
import { attributesAnswer, attributeValuesAnswer } from '../../src/native/schemas.ts';
import { testApi } from '../api.ts';
import { EPOCH_SECONDS, span } from '../spans.ts';
import { storeOf, writeSpans } from '../store.ts';

const store = await storeOf([
  span({ trace: 1, id: 1, attributes: { 'a/b ü': 'x', size: 5n }, resource: { zone: 'eu' } }),
  span({ trace: 1, id: 2, service: 'stock', attributes: { 'a/b ü': 'y', size: 0.5 } }),
  span({ trace: 2, id: 1, startMs: 60_000, attributes: { 'a/b ü': 'y', late: true } }),
  span({ trace: 2, id: 2, startMs: 60_000, attributes: { odd: 2n ** 63n - 1n } }),
]);
await writeSpans(store, [span({ trace: 3, id: 1, attributes: { odd: Number.NaN } })], 'odd');
await writeSpans(store, [span({ trace: 3, id: 1, attributes: { odd: -0 } })], 'zero');
const api = await testApi(store);
const A_B = `/v1/attributes/${encodeURIComponent('a/b ü')}/values`;

describe('GET /v1/attributes', () => {
  it('lists names, scopes and types', async () => {
    expect(attributesAnswer.parse(await api.json('/v1/attributes'))).toEqual({
      attributes: [
        { name: 'a/b ü', scope: 'span', types: ['string'] },
        { name: 'late', scope: 'span', types: ['bool'] },
        { name: 'odd', scope: 'span', types: ['int'] },
        { name: 'service.name', scope: 'resource', types: ['string'] },
        { name: 'size', scope: 'span', types: ['int', 'double'] },
        { name: 'zone', scope: 'resource', types: ['string'] },
      ],
      complete: true,
      reasons: [],
    });
  });

  it('looks at a window and at the tenant', async () => {
    const names = async (url: string, headers = {}) =>
      (await api.json(url, headers)).attributes.map(({ name }: { name: string }) => name);
    expect(await names(`/v1/attributes?start_time=${EPOCH_SECONDS + 60}`)).toEqual([
      'a/b ü',
      'late',
      'odd',
      'service.name',
    ]);
    expect(await names(`/v1/attributes?end_time=${EPOCH_SECONDS + 60}`)).not.toContain('late');
    expect(await names('/v1/attributes?since=9m')).toContain('late');
    expect(await names('/v1/attributes?since=9m')).not.toContain('size');
    expect(await names('/v1/attributes', { 'x-scope-orgid': 'nobody' })).toEqual([]);
  });

  it('says what cut it short', async () => {
    expect(await api.json('/v1/attributes?limit=6')).toMatchObject({ complete: true, reasons: [] });
    const cut = await api.json('/v1/attributes?limit=5');
    expect(cut).toMatchObject({ complete: false, reasons: [{ code: 'attribute_limit' }], attributes: { length: 5 } });
    const bounded = async (maxAttributeSpans: number) =>
      (await testApi(store, { limits: { maxAttributeSpans } })).json('/v1/attributes');
    expect(await bounded(4)).toMatchObject({ complete: true, reasons: [] });
    const few = await bounded(3);
    expect(few).toMatchObject({ complete: false, reasons: [{ code: 'attribute_scan_limit' }] });
    expect(few.attributes).not.toContainEqual(expect.objectContaining({ name: 'size' }));
  });

  it('refuses what it does not know', async () => {
    for (const query of ['limit=0', 'limit=10001', 'scope=span', 'since=x', 'start_time=2&end_time=1']) {
      expect((await api.get(`/v1/attributes?${query}`)).statusCode, query).toBe(400);
    }
  });
});

describe('GET /v1/attributes/{name}/values', () => {
  it('lists values with their types, most frequent first', async () => {
    expect(attributeValuesAnswer.parse(await api.json(A_B))).toEqual({
      values: [
        { type: 'string', value: 'y', count: 2 },
        { type: 'string', value: 'x', count: 1 },
      ],
      complete: true,
      reasons: [],
    });
    expect((await api.json('/v1/attributes/size/values')).values).toEqual([
      { type: 'int', value: 5, count: 1 },
      { type: 'double', value: 0.5, count: 1 },
    ]);
    expect((await api.json('/v1/attributes/late/values')).values).toEqual([{ type: 'bool', value: true, count: 1 }]);
    expect((await api.json('/v1/attributes/nothing/values')).values).toEqual([]);
  });

  it('writes as text what JSON has no number for', async () => {
    const odd = async (tenant: string) =>
      attributeValuesAnswer.parse(await api.json('/v1/attributes/odd/values', { 'x-scope-orgid': tenant })).values;
    expect(await odd('default')).toEqual([{ type: 'int', value: '9223372036854775807', count: 1 }]);
    expect(await odd('odd')).toEqual([{ type: 'double', value: 'NaN', count: 1 }]);
    expect(await odd('zero')).toEqual([{ type: 'double', value: '-0', count: 1 }]);
  });

  it('looks at a scope, a service and a window', async () => {
    const values = async (url: string) => (await api.json(url)).values.map(({ value }: { value: unknown }) => value);
    expect(await values('/v1/attributes/zone/values')).toEqual([]);
    expect(await values('/v1/attributes/zone/values?scope=resource')).toEqual(['eu']);
    expect(await values(`${A_B}?service=stock`)).toEqual(['y']);
    expect(await values(`${A_B}?start_time=${EPOCH_SECONDS + 60}`)).toEqual(['y']);
    expect((await api.get(`${A_B}?scope=event`)).statusCode).toBe(400);
  });

  it('says what cut it short', async () => {
    expect(await api.json(`${A_B}?limit=2`)).toMatchObject({ complete: true, values: { length: 2 } });
    expect(await api.json(`${A_B}?limit=1`)).toMatchObject({
      complete: false,
      reasons: [{ code: 'attribute_limit' }],
      values: [{ value: 'y', count: 2 }],
    });
    const bounded = await testApi(store, { limits: { maxAttributeSpans: 3 } });
    expect(await bounded.json(A_B)).toMatchObject({
      complete: false,
      reasons: [{ code: 'attribute_scan_limit' }],
      values: [{ value: 'y', count: 1 }],
    });
  });
});
