import {
  assembleTrace,
  type AttributeValue,
  type DetailBlock,
  hexFromBytes,
  type Span,
  type TraceColumns,
} from '@throughline/model';
import { arbitraryAttributes, arbitraryTangledSpans, copyOfSpan } from '@throughline/model/testing/arbitraries';
import { buildTraceColumns, decodeResource, decodeScope, decodeSpanDetails } from '@throughline/wire';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredTraceColumns } from '../src/index.ts';
import type { RequestContract } from './request-contract.ts';

const someSpans = arbitraryTangledSpans({ attributes: arbitraryAttributes }).filter((spans) => spans.length > 0);
const id = (n: number, length: 16 | 32): string => n.toString(16).padStart(length, '0');

/** How every store must give a trace as columns. A part of the contract of a SpanStore. */
export function columnsContract({ store, write, newTenant, span, resource, startUnixNano }: RequestContract): void {
  /** What the spans that can be read make, as columns. */
  const expected = async (tenant: string, traceId: string): Promise<unknown> => {
    const spans = (await store().readTraces(tenant, [traceId])).get(traceId)?.spans ?? [];
    return contentOf(buildTraceColumns(assembleTrace(spans)));
  };
  const read = async (tenant: string, traceId: string): Promise<unknown> => {
    const found = await store().readTraceColumns(tenant, traceId);
    return found === undefined ? undefined : contentOf(await withDetails(found));
  };

  describe('a trace as columns', () => {
    it('is what its spans make, whatever is wrong with them', async () => {
      await fc.assert(
        fc.asyncProperty(someSpans, async (spans) => {
          const tenant = newTenant();
          const { traceId = '' } = spans[0] ?? {};
          // Two batches, and some spans in both.
          await write(tenant, spans);
          await write(tenant, spans.slice(0, 2).map(copyOfSpan));
          expect(await read(tenant, traceId)).toEqual(await expected(tenant, traceId));
        }),
        { numRuns: 20 },
      );
    });

    it('has values of every type, exactly', async () => {
      const tenant = newTenant();
      const attributes = new Map<string, AttributeValue>([
        ['min', -(2n ** 63n)],
        ['max', 2n ** 63n - 1n],
        ['double one', 1],
        ['negative zero', -0],
        ['nan', Number.NaN],
        ['text', 'ä'.repeat(300)],
        ['k'.repeat(200), 'a long key'],
        ['yes', true],
        ['no', false],
        ['bytes', new Uint8Array([0, 255])],
        ['empty', ''],
        ['nothing', null],
        ['list', [1n, 1, 'x', true, null, ['y'], new Map([['z', 1n]])]],
      ]);
      const one = span({
        attributes,
        traceState: 'a=1',
        flags: 0x301,
        status: { code: 2, message: 'no' },
        droppedAttributesCount: 1,
        droppedEventsCount: 2,
        droppedLinksCount: 300,
        events: [1, 2].map((n) => ({
          timeUnixNano: startUnixNano + BigInt(n),
          name: `event ${n}`.repeat(n * 20),
          attributes,
          droppedAttributesCount: n,
        })),
        links: [
          {
            traceId: id(77, 32),
            spanId: id(7, 16),
            traceState: 'b=2',
            flags: 1,
            attributes,
            droppedAttributesCount: 0,
          },
        ],
      });
      await write(tenant, [one]);
      const found = await store().readTraceColumns(tenant, one.traceId);
      expect(found?.truncated).toBe(false);
      if (found === undefined) return;
      expect(found.columns).toMatchObject({ eventCount: new Uint32Array([2]), linkCount: new Uint32Array([1]) });
      const details = decodeSpanDetails(await withDetails(found), 0);
      expect(details.attributes).toEqual(attributes);
      const { events, links, status, traceState, flags } = one;
      expect(details).toMatchObject({ events, links, status, traceState, flags });
      expect(details).toMatchObject({ droppedAttributesCount: 1, droppedEventsCount: 2, droppedLinksCount: 300 });
    });

    it('is whole when it is long and came in many batches, and cut at the limit then too', async () => {
      const tenant = newTenant();
      const count = 3000;
      const spans = Array.from({ length: count }, (_, n): Span => {
        const start = startUnixNano + BigInt(n) * 1_000_000_000n;
        return span({
          spanId: id(n + 1, 16),
          parentSpanId: n === 0 ? '' : id(Math.ceil(n / 3), 16),
          startTimeUnixNano: start,
          endTimeUnixNano: start + BigInt(count - n),
          name: `operation ${n % 7}`,
          resource: resource(`service ${n % 5}`),
          attributes: new Map<string, AttributeValue>([
            ['n', BigInt(n)],
            [`own.${n % 11}`, `value ${n}`],
          ]),
        });
      });
      for (let at = 0; at < count; at += 1000) await write(tenant, spans.slice(at, at + 1000));
      const { traceId = '' } = spans[0] ?? {};
      expect(await read(tenant, traceId)).toEqual(await expected(tenant, traceId));
      expect((await store().readTraceColumns(tenant, traceId))?.columns.spanCount).toBe(count);
      const cut = await store().readTraceColumns(tenant, traceId, { maxSpansPerTrace: 2000 });
      expect(cut).toMatchObject({ truncated: true, columns: { spanCount: 2000 } });
    });

    it('is cut at the limit of a trace, and only there', async () => {
      const tenant = newTenant();
      const spans = [1, 2, 3, 4].map((n) => span({ spanId: id(n, 16) }));
      await write(tenant, spans);
      const { traceId = '' } = spans[0] ?? {};
      const cut = async (maxSpansPerTrace: number) => store().readTraceColumns(tenant, traceId, { maxSpansPerTrace });
      expect(await cut(4)).toMatchObject({ truncated: false, columns: { spanCount: 4 } });
      expect(await cut(3)).toMatchObject({ truncated: true, columns: { spanCount: 3 } });
    });

    it('is not there for another tenant, nor under another id', async () => {
      const one = span({});
      await write(newTenant(), [one]);
      expect(await store().readTraceColumns(newTenant(), one.traceId)).toBeUndefined();
      expect(await store().readTraceColumns(newTenant(), id(404, 32))).toBeUndefined();
    });
  });
}

async function withDetails({ columns, details }: StoredTraceColumns): Promise<TraceColumns> {
  const detailBlocks: DetailBlock[] = [];
  for await (const block of details) detailBlocks.push(block);
  return { ...columns, detailBlocks };
}

/** What columns say, however strings, resources and scopes are numbered. */
function contentOf(columns: TraceColumns): unknown {
  const { traceId, startTimeUnixNano, endTimeUnixNano, copyCount, parent, depth, subtreeEnd, issues } = columns;
  return {
    trace: { traceId, startTimeUnixNano, endTimeUnixNano, copyCount, parent, depth, subtreeEnd, issues },
    rows: Array.from({ length: columns.spanCount }, (_, row) => ({
      spanId: hexFromBytes(columns.spanId, 8 * row, 8),
      parentSpanId: hexFromBytes(columns.parentSpanId, 8 * row, 8),
      name: columns.strings[columns.name[row] ?? -1],
      service: columns.strings[columns.service[row] ?? -1],
      kind: columns.kind[row],
      startOffsetNano: columns.startOffsetNano[row],
      durationNano: columns.durationNano[row],
      statusCode: columns.statusCode[row],
      error: columns.error[row],
      eventCount: columns.eventCount[row],
      linkCount: columns.linkCount[row],
      resource: decodeResource(columns, columns.resource[row] ?? -1),
      scope: decodeScope(columns, columns.scope[row] ?? -1),
      details: decodeSpanDetails(columns, row),
    })),
  };
}
