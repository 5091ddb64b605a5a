import { openMemoryStore } from '@throughline/store';
import { columnsFromSpans } from '@throughline/wire';
import { expect, it } from 'vitest';
import { testApi } from '../api.ts';
import { span, traceIdOf } from '../spans.ts';

it('says that older spans were given up, in every answer that may lack them', async () => {
  await using store = await openMemoryStore({ maxSpanCount: 2 });
  const api = await testApi(store);
  const write = (trace: number): Promise<void> =>
    store.write({ tenant: 'default', columns: columnsFromSpans({ spans: [span({ trace, id: 1 })], rejected: {} }) });
  await write(1);
  await write(2);
  expect(await api.json('/v1/traces')).toMatchObject({ complete: true, reasons: [] });
  await write(3);
  const evicted = { complete: false, reasons: [{ code: 'spans_evicted' }] };
  expect(await api.json('/v1/traces')).toMatchObject(evicted);
  expect(await api.json(`/v1/traces/${traceIdOf(3)}`)).toMatchObject(evicted);
  expect(await api.json('/v1/dependencies')).toMatchObject(evicted);
});
