import { CodedError } from '@throughline/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attributeContract } from './attribute-contract.ts';
import { columnsContract } from './columns-contract.ts';
import { countContract } from './count-contract.ts';
import { facetContract } from './facet-contract.ts';
import { linkContract } from './link-contract.ts';
import { requestContract } from './request-contract.ts';
import { searchContract } from './search-contract.ts';
import { serviceContract } from './service-contract.ts';
import { spanContract } from './span-contract.ts';
import {
  BASE,
  ERROR,
  MINUTE,
  newTenant,
  resourceOf,
  SECOND,
  spanId,
  spanOf,
  traceId,
  withWeight,
} from './sample-spans.ts';
import { EVERYTHING, storeUnderTest } from './store-under-test.ts';
import type { SpanStore } from '../src/index.ts';

/** What every store must do. Each case uses a tenant of its own, so one open store serves all of them. */
export function spanStoreContract(name: string, open: () => Promise<SpanStore>): void {
  describe(`${name} as a SpanStore`, () => {
    let opened: SpanStore;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(async () => {
      await opened[Symbol.asyncDispose]();
    });
    const underTest = storeUnderTest(() => opened);
    const { store, write, find } = underTest;

    spanContract(underTest);
    searchContract(underTest);
    serviceContract(underTest);
    attributeContract({
      store,
      write,
      newTenant,
      startUnixNano: BASE,
      span: (n, attributes, { resource, service = 'front', weight = 1 } = {}) => {
        const startTimeUnixNano = BASE + BigInt(n) * SECOND;
        const span = spanOf({
          spanId: spanId(n + 1),
          startTimeUnixNano,
          endTimeUnixNano: startTimeUnixNano + 1n,
          attributes,
          resource: resourceOf(service, resource),
        });
        return weight === 4 ? withWeight(span) : span;
      },
    });

    const tools = {
      store,
      write,
      newTenant,
      span: spanOf,
      resource: resourceOf,
      error: ERROR,
      startUnixNano: BASE,
    };
    requestContract(tools);
    countContract(tools);
    facetContract(tools);
    columnsContract(tools);
    linkContract(tools);

    it('rejects a query whose signal is aborted with its reason', async () => {
      const reason = new Error('changed my mind');
      const signal = AbortSignal.abort(reason);
      const tenant = newTenant();
      await expect(store().services(tenant, undefined, { signal })).rejects.toBe(reason);
      await expect(store().readTraces(tenant, [traceId(1)], { signal })).rejects.toBe(reason);
      const search = store().findTraces({ tenant, conditions: EVERYTHING, order: 'newest' }, { signal });
      await expect(search[Symbol.asyncIterator]().next()).rejects.toBe(reason);
    });

    it('tells its state', async () => {
      const last = 2n ** 64n - 1n;
      const first = spanOf({ startTimeUnixNano: 0n });
      await write(newTenant(), [first, spanOf({ startTimeUnixNano: last, endTimeUnixNano: last })]);
      const status = await store().status();
      expect(status.spanRowCount).toBeGreaterThan(0);
      expect(status.memoryBytes).toBeGreaterThan(0);
      expect(status.counters['spans_written']).toBeGreaterThan(0);
      expect(status.dataWindow?.fromUnixNano).toBe(0n);
      expect(status.dataWindow?.toUnixNano).toBe(2n ** 64n);
      expect(await store().ready()).toEqual({ ready: true });
    });

    it('tells what a tenant has', async () => {
      const [tenant, other] = [newTenant(), newTenant()];
      const span = spanOf({ startTimeUnixNano: BASE + MINUTE, endTimeUnixNano: BASE + 5n * MINUTE });
      await write(tenant, [span, spanOf({ spanId: spanId(2), startTimeUnixNano: BASE + 2n * MINUTE })]);
      await write(other, [spanOf({})]);
      expect(await store().status(tenant)).toMatchObject({
        spanRowCount: 2,
        dataWindow: { fromUnixNano: BASE + MINUTE, toUnixNano: BASE + 2n * MINUTE + 1n },
      });
      expect(await store().status(other)).toMatchObject({
        spanRowCount: 1,
        dataWindow: { fromUnixNano: BASE, toUnixNano: BASE + 1n },
      });
      expect(await store().status(newTenant())).toMatchObject({ spanRowCount: 0, dataWindow: undefined });
    });

    it('stores what was taken before it closes, closes twice, and refuses everything afterwards', async () => {
      const tenant = newTenant();
      const written = write(tenant, [spanOf({})]);
      await Promise.all([store()[Symbol.asyncDispose](), store()[Symbol.asyncDispose]()]);
      await expect(written).resolves.toBeUndefined();
      await expect(write(tenant, [spanOf({})])).rejects.toMatchObject({ code: 'closed' });
      await expect(store().services(tenant)).rejects.toBeInstanceOf(CodedError);
      await expect(find(tenant)).rejects.toMatchObject({ code: 'closed' });
      expect(await store().ready()).toMatchObject({ ready: false });
      await store()[Symbol.asyncDispose]();
    });
  });
}
