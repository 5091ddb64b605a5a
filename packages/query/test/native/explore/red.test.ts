import { describe, expect, it } from 'vitest';
import { deploymentsAnswer, redAnswer } from '../../../src/native/explore/explore-schemas.ts';
import { testApi } from '../../api.ts';
import { EPOCH_SECONDS, span } from '../../spans.ts';
import { storeOf } from '../../store.ts';

const WINDOW = `start_time=${EPOCH_SECONDS}&end_time=${EPOCH_SECONDS + 600}`;
const v1 = { 'service.version': 'v1' };
const v2 = { 'service.version': 'v2' };
const api = await testApi(
  await storeOf([
    span({ trace: 1, id: 1, service: 'shop', name: 'page', durationMs: 100 }),
    span({ trace: 1, id: 2, parent: 1, service: 'shop', name: 'render', durationMs: 50 }),
    span({ trace: 1, id: 3, parent: 2, service: 'cart', name: 'add', durationMs: 40, error: true, resource: v1 }),
    span({ trace: 2, id: 1, service: 'shop', name: 'page', startMs: 121_000, durationMs: 300 }),
    span({ trace: 2, id: 3, parent: 1, service: 'cart', name: 'list', startMs: 121_000, durationMs: 20, resource: v2 }),
    span({ trace: 3, id: 1, service: 'shop', name: 'page', startMs: 700_000 }),
  ]),
);

describe('GET /v1/red', () => {
  it('tells requests, errors and durations of every service', async () => {
    const red = redAnswer.parse(await api.json(`/v1/red?${WINDOW}&step=60s`));
    expect(red).toMatchObject({ step_seconds: 60, group_count: 2, complete: true, window: { chosen: 'request' } });
    expect(red.groups.map(({ service }) => service).toSorted()).toEqual(['cart', 'shop']);
    const shop = red.groups.find(({ service }) => service === 'shop');
    expect(shop).toMatchObject({ operation: null, request_count: 2, error_count: 0, requests_per_second: 2 / 600 });
    expect(shop?.durations).toMatchObject({ min_nano: 1e8, max_nano: 3e8 });
    expect(shop?.query).toBe('{ resource.service.name = "shop" } !> { resource.service.name = "shop" }');
    expect(shop?.points).toMatchObject([
      { request_count: 1, start_time: EPOCH_SECONDS - 58 },
      { request_count: 1, start_time: EPOCH_SECONDS + 62 },
    ]);
    expect(red.groups.find(({ service }) => service === 'cart')).toMatchObject({
      request_count: 2,
      error_count: 1,
      error_rate: 0.5,
    });
  });

  it('lists, by its queries, the traces of its numbers', async () => {
    const red = redAnswer.parse(await api.json(`/v1/red?${WINDOW}&by=operation`));
    expect(red.groups.map(({ service, operation }) => `${service} ${operation}`).toSorted()).toEqual([
      'cart add',
      'cart list',
      'shop page',
    ]);
    for (const { query, error_query: errorQuery, request_count: requests, error_count: errors } of red.groups) {
      for (const [text, count] of [
        [query, requests],
        [errorQuery, errors],
      ] as const) {
        expect((await api.json(`/v1/traces?${WINDOW}&q=${encodeURIComponent(text)}`)).traces).toHaveLength(count);
      }
    }
  });

  it('looks at one service, at so many groups and no further', async () => {
    const cart = redAnswer.parse(await api.json(`/v1/red?${WINDOW}&by=operation&service=cart&limit=1`));
    expect(cart).toMatchObject({ group_count: 2, groups: [{ service: 'cart' }] });
    expect(cart.reasons).toMatchObject([{ code: 'analysis_limit' }]);
    const unknown = await api.get(`/v1/red?${WINDOW}&service=carts`);
    expect([unknown.statusCode, unknown.json().error.code]).toEqual([404, 'service_not_found']);
    expect((await api.get('/v1/red?by=kind')).json().error).toMatchObject({ parameter: 'by' });
    expect((await api.get(`/v1/red?${WINDOW}&step=1ms`)).json().error).toMatchObject({ parameter: 'step' });
  });

  it('agrees with the performance of the service', async () => {
    const { groups } = redAnswer.parse(await api.json(`/v1/red?${WINDOW}`));
    for (const { service, request_count, error_count, query } of groups) {
      const one = await api.json(`/v1/analysis/services/${service}?${WINDOW}`);
      expect(one).toMatchObject({ request_count, error_count, query });
    }
  });
});

describe('GET /v1/services/{service}/deployments', () => {
  it('lists versions with when they ran, and their traces', async () => {
    const cart = deploymentsAnswer.parse(await api.json(`/v1/services/cart/deployments?${WINDOW}`));
    expect(cart).toMatchObject({ service: 'cart', missing_count: 0, complete: true });
    expect(cart.deployments).toMatchObject([
      { version: 'v1', first_seen: EPOCH_SECONDS, last_seen: EPOCH_SECONDS, span_count: 1 },
      { version: 'v2', first_seen: EPOCH_SECONDS + 121, last_seen: EPOCH_SECONDS + 121, span_count: 1 },
    ]);
    for (const { query } of cart.deployments) {
      expect((await api.json(`/v1/traces?${WINDOW}&q=${encodeURIComponent(query)}`)).traces).toHaveLength(1);
    }
    const shop = deploymentsAnswer.parse(await api.json(`/v1/services/shop/deployments?${WINDOW}`));
    expect(shop).toMatchObject({ deployments: [], missing_count: 3 });
  });

  it('knows no service that there is not', async () => {
    expect((await api.get('/v1/services/nobody/deployments')).json().error.code).toBe('service_not_found');
  });
});
