import type { Span, SpanLink } from '@throughline/model';
import { describe, expect, it } from 'vitest';
import type { RequestContract } from './request-contract.ts';

const SECOND = 1_000_000_000n;
const id = (n: number, length: 16 | 32): string => n.toString(16).padStart(length, '0');

/** What every store must tell of links to a trace. A part of the contract of a SpanStore. */
export function linkContract({ store, write, newTenant, span, resource, startUnixNano }: RequestContract): void {
  const link = (traceId: string, spanId: string): SpanLink => ({
    traceId,
    spanId,
    traceState: '',
    flags: 0,
    attributes: new Map(),
    droppedAttributesCount: 0,
  });
  const linking = (n: number, seconds: number, links: readonly SpanLink[], fields: Partial<Span> = {}): Span => {
    const startTimeUnixNano = startUnixNano + BigInt(seconds) * SECOND;
    return span({
      traceId: id(n, 32),
      startTimeUnixNano,
      endTimeUnixNano: startTimeUnixNano,
      resource: resource('worker'),
      name: `job ${n}`,
      links,
      ...fields,
    });
  };
  const to = id(1, 32);

  describe('links to a trace', () => {
    it('are those of other traces, newest first, each once, to each of its spans', async () => {
      const [tenant, other] = [newTenant(), newTenant()];
      const spans = [
        linking(1, 0, [link(to, id(9, 16))]),
        linking(2, 5, [link(to, id(7, 16)), link(id(3, 32), id(7, 16)), link(to, id(6, 16)), link(to, id(7, 16))]),
        linking(3, 90_000, [link(id(5, 32), id(1, 16)), link(to, id(7, 16))]),
        linking(4, 2, [link(id(2, 32), id(7, 16))]),
      ];
      for (const each of spans.toReversed()) await write(tenant, [each]);
      await write(tenant, spans);
      await write(other, [linking(8, 1, [link(to, id(7, 16))])]);
      const base = { spanId: id(1, 16), service: 'worker' };
      const second = { ...base, traceId: id(2, 32), name: 'job 2', startTimeUnixNano: startUnixNano + 5n * SECOND };
      const third = { ...base, traceId: id(3, 32), name: 'job 3', startTimeUnixNano: startUnixNano + 90_000n * SECOND };
      expect(await store().backLinks(tenant, { traceId: to, limit: 10 })).toEqual({
        links: [
          { ...third, linkedSpanId: id(7, 16) },
          { ...second, linkedSpanId: id(6, 16) },
          { ...second, linkedSpanId: id(7, 16) },
        ],
        more: false,
      });
      expect(await store().backLinks(tenant, { traceId: to, limit: 2 })).toMatchObject({ more: false });
      expect(await store().backLinks(tenant, { traceId: to, limit: 1 })).toEqual({
        links: [{ ...third, linkedSpanId: id(7, 16) }],
        more: true,
      });
    });

    it('are none of a trace that nothing links to', async () => {
      const tenant = newTenant();
      await write(tenant, [linking(2, 5, [link(to, id(7, 16))])]);
      const none = { links: [], more: false };
      expect(await store().backLinks(tenant, { traceId: id(2, 32), limit: 10 })).toEqual(none);
      expect(await store().backLinks(newTenant(), { traceId: to, limit: 10 })).toEqual(none);
      expect(await store().backLinks(tenant, { traceId: 'no id', limit: 10 })).toEqual(none);
    });

    it('may be many', async () => {
      const tenant = newTenant();
      await write(
        tenant,
        Array.from({ length: 150 }, (_, n) => linking(n + 2, n * 60, [link(to, id(n + 1, 16))])),
      );
      const { links, more } = await store().backLinks(tenant, { traceId: to, limit: 100 });
      expect(links.map(({ traceId }) => traceId)).toEqual(Array.from({ length: 100 }, (_, n) => id(151 - n, 32)));
      expect(more).toBe(true);
    });
  });
}
