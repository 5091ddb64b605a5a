import { type AttributeValue, type Span, SpanKind, StatusCode } from '@throughline/model';
import { expect, test } from 'vitest';
import { spansOfBatch } from '../src/export/batch-bytes.ts';
import type { BatchExporter, ExportOutcome, SpanBatch } from '../src/export/span-exporter.ts';
import { batchOfSpans } from './span-batch.ts';

/** An exporter with whatever it sends to. */
export interface OpenedExporter extends AsyncDisposable {
  readonly exporter: BatchExporter;
  /** What arrived, decoded, in the order of arrival. Called when the exports have settled. */
  received(): Promise<readonly Span[]>;
}

export interface ExporterCase {
  readonly open: () => Promise<OpenedExporter>;
  /** The spans as the exporter's format can hold them. Default: unchanged. */
  readonly expected?: (spans: readonly Span[]) => readonly Span[];
}

/** A signal that nobody aborts. */
export function noAbort(): AbortSignal {
  return new AbortController().signal;
}

/** Spans of one trace, one resource and two scopes, at whole microseconds. */
export function contractSpans(traceNumber = 1): readonly Span[] {
  const resource = {
    attributes: new Map<string, AttributeValue>([
      ['service.name', 'checkout'],
      ['host.name', 'böx'],
    ]),
    droppedAttributesCount: 0,
    schemaUrl: '',
  };
  const scopes = ['http', 'db'].map((name) => ({
    name,
    version: '1.2.3',
    attributes: new Map<string, AttributeValue>(),
    droppedAttributesCount: 0,
    schemaUrl: '',
  }));
  return scopes.flatMap((scope, scopeIndex) =>
    [0, 1].map((index): Span => {
      const number = 2 * scopeIndex + index;
      const startTimeUnixNano = 1_700_000_000_000_000_000n + BigInt(number) * 1_000_000n;
      return {
        traceId: traceNumber.toString(16).padStart(32, 'a'),
        spanId: (number + 1).toString(16).padStart(16, '0'),
        parentSpanId: number === 0 ? '' : '0000000000000001',
        traceState: '',
        flags: 1,
        name: `step ${number}`,
        kind: number === 0 ? SpanKind.SERVER : SpanKind.CLIENT,
        startTimeUnixNano,
        endTimeUnixNano: startTimeUnixNano + 5_000_000n,
        attributes: new Map<string, AttributeValue>([
          ['text', 'ünï'],
          ['whole', 42n],
          ['ratio', 0.5],
          ['yes', true],
        ]),
        droppedAttributesCount: 0,
        events: [
          {
            timeUnixNano: startTimeUnixNano + 1000n,
            name: 'retry',
            attributes: new Map<string, AttributeValue>([['attempt', 2n]]),
            droppedAttributesCount: 0,
          },
        ],
        droppedEventsCount: 0,
        links: [],
        droppedLinksCount: 0,
        status: number === 3 ? { code: StatusCode.ERROR, message: 'boom' } : { code: StatusCode.UNSET, message: '' },
        resource,
        scope,
        weight: 1,
      };
    }),
  );
}

export function contractBatch(traceNumber = 1): SpanBatch {
  return batchOfSpans(contractSpans(traceNumber));
}

/** The spans of a dropped batch are all accounted for, with a reason. */
export function expectDropped(outcome: ExportOutcome, batch: SpanBatch, dropReason: string): void {
  expect(outcome).toMatchObject({ exportedCount: 0, droppedCount: batch.spanCount, dropReason });
}

/** What every exporter does, whatever it sends and where to. */
export function exporterContract({ open, expected = (spans) => spans }: ExporterCase): void {
  test('delivers every span of a batch', async () => {
    await using opened = await open();
    const batch = contractBatch();
    expect(await opened.exporter.export(batch, noAbort())).toEqual({ exportedCount: 4, droppedCount: 0 });
    expect(await opened.received()).toEqual(expected(spansOfBatch(batch)));
  });

  test('calls may overlap', async () => {
    await using opened = await open();
    const batches = Array.from({ length: 12 }, (_, i) => contractBatch(i + 1));
    const outcomes = await Promise.all(batches.map((batch) => opened.exporter.export(batch, noAbort())));
    expect(outcomes).toEqual(batches.map(() => ({ exportedCount: 4, droppedCount: 0 })));
    const keyOf = ({ traceId, spanId }: Span): string => traceId + spanId;
    expect((await opened.received()).map(keyOf).sort()).toEqual(batches.flatMap(spansOfBatch).map(keyOf).sort());
  });

  test('an export that is aborted before it begins sends nothing', async () => {
    await using opened = await open();
    const batch = contractBatch();
    expectDropped(await opened.exporter.export(batch, AbortSignal.abort()), batch, 'aborted');
    expect(await opened.received()).toEqual([]);
  });

  test('bytes that are no spans are an outcome', async () => {
    await using opened = await open();
    const garbage = new Uint8Array([0x12, 0x7f, 1]);
    const scope = { name: 'x', version: '', schemaUrl: '' };
    const batch: SpanBatch = {
      resource: new Uint8Array(0),
      resourceSchemaUrl: '',
      scopes: [{ scope, spans: garbage, spanCount: 1 }],
      spanCount: 1,
      byteLength: garbage.length,
    };
    const { exportedCount, droppedCount, dropReason } = await opened.exporter.export(batch, noAbort());
    expect(exportedCount + droppedCount).toBe(1);
    expect(dropReason !== undefined).toBe(droppedCount > 0);
  });

  test('flushing waits for what is under way', async () => {
    await using opened = await open();
    let isSettled = false;
    const exported = opened.exporter.export(contractBatch(), noAbort()).then(() => (isSettled = true));
    await opened.exporter.forceFlush?.(noAbort());
    expect(isSettled || opened.exporter.forceFlush === undefined).toBe(true);
    await exported;
  });

  test('shutdown waits for what is under way, can be repeated, and ends exporting', async () => {
    await using opened = await open();
    const { exporter } = opened;
    const underWay = exporter.export(contractBatch(), noAbort());
    await Promise.all([exporter.shutdown(), exporter.shutdown()]);
    await exporter.shutdown();
    expect(await underWay).toEqual({ exportedCount: 4, droppedCount: 0 });
    const batch = contractBatch(2);
    expectDropped(await exporter.export(batch, noAbort()), batch, 'shut_down');
    expect((await opened.received()).length).toBe(4);
  });
}
