import { assembleTrace, type AttributeValue, isErrorSpan, type Span, StatusCode } from '@throughline/model';
import { arbitrarySpan, arbitraryTangledSpans, copyOfSpan } from '@throughline/model/testing/arbitraries';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BASE, boundsOf, MINUTE, newTenant, resourceOf, spanId, spanOf, traceId, withWeight } from './sample-spans.ts';
import { ids, type StoreUnderTest } from './store-under-test.ts';

/** What every store must give back of the spans it was given, copies among them. A part of the contract of a SpanStore. */
export function spanContract({ store, write, find }: StoreUnderTest): void {
  describe('spans', () => {
    it('come back as they were written, whatever they hold', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(arbitrarySpan, { minLength: 1, maxLength: 20 }), async (spans) => {
          const tenant = newTenant();
          await write(tenant, spans);
          const traces = await store().readTraces(
            tenant,
            spans.map(({ traceId }) => traceId),
          );
          for (const span of spans) {
            const stored = traces.get(span.traceId)?.spans.find(({ spanId }) => spanId === span.spanId);
            expect(stored).toBeDefined();
            expect(stored?.weight).toBe(span.weight);
            // The model's own notion of an exact copy.
            expect(assembleTrace([span, ...(stored === undefined ? [] : [stored])])).toMatchObject({ copyCount: 1 });
          }
        }),
        { numRuns: 12 },
      );
    });

    it('keep int64 and double apart and exact', async () => {
      const tenant = newTenant();
      const attributes: [string, AttributeValue][] = [
        ['min', -(2n ** 63n)],
        ['max', 2n ** 63n - 1n],
        ['one', 1n],
        ['double one', 1],
        ['negative zero', -0],
        ['nan', Number.NaN],
        ['inf', Number.POSITIVE_INFINITY],
        ['tiny', Number.MIN_VALUE],
        ['bytes', new Uint8Array([0, 255])],
        ['empty', ''],
        ['nothing', null],
        ['list', [1n, 1, 'x', true, null, new Uint8Array([1]), ['y'], new Map([['z', 1n]])]],
        ['map', new Map<string, AttributeValue>([['a', new Map([['b', 2n]])]])],
      ];
      const resource = resourceOf('front', attributes);
      const span = spanOf({ attributes: new Map(attributes), resource });
      await write(tenant, [span]);
      const stored = (await store().readTraces(tenant, [span.traceId])).get(span.traceId)?.spans[0];
      expect(stored?.attributes).toEqual(span.attributes);
      expect(stored?.resource).toEqual(resource);
      expect(Object.is(stored?.attributes.get('negative zero'), -0)).toBe(true);
    });

    it('are visible to every query once written, and not before to other tenants', async () => {
      const [a, b] = [newTenant(), newTenant()];
      const span = spanOf({});
      await write(a, [span]);
      expect(ids(await find(a))).toEqual([span.traceId]);
      expect(await store().services(a)).toEqual(['front']);
      expect((await store().readTraces(a, [span.traceId])).size).toBe(1);
      expect(await find(b)).toEqual([]);
      expect(await store().services(b)).toEqual([]);
      expect((await store().readTraces(b, [span.traceId])).size).toBe(0);
      expect(await store().summarizeTraces(b, [span])).toEqual([]);
      expect(await store().dependencies(b)).toEqual([]);
    });

    it('are cut at the limit of a trace, and only there', async () => {
      const tenant = newTenant();
      const spans = Array.from({ length: 4 }, (_, i) => spanOf({ spanId: spanId(i + 1) }));
      await write(tenant, spans);
      const { traceId = '' } = spans[0] ?? {};
      const read = async (maxSpansPerTrace: number) =>
        (await store().readTraces(tenant, [traceId], { maxSpansPerTrace })).get(traceId);
      expect(await read(4)).toMatchObject({ truncated: false, spans: { length: 4 } });
      expect(await read(3)).toMatchObject({ truncated: true, spans: { length: 3 } });
    });

    it('can be read without their details', async () => {
      const tenant = newTenant();
      const spans = [
        spanOf({ spanId: spanId(1), attributes: new Map([['key', 'value']]), weight: 2 }),
        spanOf({ spanId: spanId(2), parentSpanId: spanId(1), attributes: new Map([['error', true]]) }),
        spanOf({ spanId: spanId(3), parentSpanId: spanId(2), status: { code: StatusCode.ERROR, message: 'no' } }),
      ];
      await write(tenant, spans);
      const { traceId = '' } = spans[0] ?? {};
      const read = (await store().readTraces(tenant, [traceId], { detail: 'structure' })).get(traceId)?.spans ?? [];
      const structureOf = (all: readonly Span[]) =>
        assembleTrace(all).spans.map((span) => ({
          spanId: span.spanId,
          parentSpanId: span.parentSpanId,
          name: span.name,
          kind: span.kind,
          times: [span.startTimeUnixNano, span.endTimeUnixNano],
          weight: span.weight,
          resource: span.resource,
          isError: isErrorSpan(span),
        }));
      expect(structureOf(read)).toEqual(structureOf(spans));
    });

    it('of concurrent writes are all there', async () => {
      const tenant = newTenant();
      const traceIds = Array.from({ length: 30 }, (_, i) => traceId(i + 1));
      await Promise.all(traceIds.map((id, i) => write(tenant, [spanOf({ traceId: id, spanId: spanId(i + 1) })])));
      expect(ids(await find(tenant)).sort()).toEqual(traceIds);
    });

    it('may be an empty batch', async () => {
      await expect(write(newTenant(), [])).resolves.toBeUndefined();
    });

    it('may have any start and end', async () => {
      const tenant = newTenant();
      const times = [0n, 1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n, BASE];
      const spans = times.map((start, i) =>
        spanOf({
          traceId: traceId(i + 1),
          startTimeUnixNano: start,
          endTimeUnixNano: times[(i + 1) % times.length] ?? 0n,
        }),
      );
      await write(tenant, spans);
      const expected = spans
        .map((span) => assembleTrace([span]))
        .sort((a, b) => (a.startTimeUnixNano > b.startTimeUnixNano ? -1 : 1));
      expect(await find(tenant)).toEqual(expected.map((trace) => ({ ...boundsOf(trace), exact: true })));
      for (const span of spans) {
        const window = { fromUnixNano: span.startTimeUnixNano, toUnixNano: span.startTimeUnixNano + 1n };
        expect(ids(await find(tenant, { window }))).toEqual([span.traceId]);
        expect(await store().services(tenant, window)).toEqual(['front']);
      }
    });
  });

  describe('copies', () => {
    it('change no answer', async () => {
      const [once, twice] = [newTenant(), newTenant()];
      const client = spanOf({ spanId: spanId(1), resource: resourceOf('front') });
      const server = spanOf({ spanId: spanId(2), parentSpanId: spanId(1), resource: resourceOf('back'), weight: 4 });
      const spans = [client, withWeight(server)];
      await write(once, spans);
      await write(twice, spans);
      await write(twice, spans.map(copyOfSpan));
      await write(twice, [...spans, ...spans]);
      const window = { fromUnixNano: BASE, toUnixNano: BASE + MINUTE };
      const answers = async (tenant: string) => [
        await find(tenant),
        await store().summarizeTraces(tenant, [client]),
        await store().services(tenant),
        await store().operations(tenant, 'back'),
        await store().dependencies(tenant),
        await store().red(tenant, { window }),
      ];
      expect(await answers(twice)).toEqual(await answers(once));
      expect(await store().summarizeTraces(twice, [client])).toMatchObject([{ spanCount: 2 }]);
    });

    it('with other content are other spans', async () => {
      const tenant = newTenant();
      await write(tenant, [spanOf({ name: 'a' })]);
      await write(tenant, [spanOf({ name: 'b' })]);
      expect(await store().summarizeTraces(tenant, [spanOf({})])).toMatchObject([
        { spanCount: 2, operations: ['a', 'b'] },
      ]);
    });

    it('count once in summaries of any spans', async () => {
      await fc.assert(
        fc.asyncProperty(arbitraryTangledSpans({ maxSpans: 8 }), async (spans) => {
          const [first] = spans;
          if (first === undefined) return;
          const tenant = newTenant();
          const middle = spans.length >> 1;
          await write(tenant, spans.slice(0, middle));
          await write(tenant, spans.slice(middle));
          const trace = assembleTrace(spans);
          expect(await store().summarizeTraces(tenant, [first])).toMatchObject([
            { ...boundsOf(trace), spanCount: trace.spans.length },
          ]);
        }),
        { numRuns: 8 },
      );
    });
  });
}
