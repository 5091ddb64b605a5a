import { encodeSpanMessage } from '@throughline/wire';

import { encodeResource } from '../resource/encode-resource.ts';
import type { ReadableResource } from '../resource/readable-resource.ts';
import { ByteArena } from '../span/byte-arena.ts';
import { messageOf } from './delivering-exporter.ts';
import type { OfficialSpanExporter } from './official-exporter.ts';
import type { ReadableSpan } from './readable-span.ts';
import type { BatchExporter, EncodedScopeSpans, ExportOutcome, SpanBatch } from './span-exporter.ts';
import { spanOfReadable } from './span-of-readable.ts';

/**
 * One of our exporters for the official SDK's processors, which decide on batches and time. Spans that were dropped make
 * the export a failed one, with the reason in the error's message.
 */
export function asOfficialExporter(exporter: BatchExporter): OfficialSpanExporter {
  const closing = new AbortController();
  return {
    export: (spans, resultCallback) => {
      void exportAll(exporter, spans, closing.signal).then((error) => {
        resultCallback(error === undefined ? { code: 0 } : { code: 1, error });
      });
    },
    forceFlush: async () => {
      await exporter.forceFlush?.(closing.signal);
    },
    shutdown: async () => {
      await exporter.shutdown();
      closing.abort();
    },
  };
}

async function exportAll(
  exporter: BatchExporter,
  spans: readonly ReadableSpan[],
  signal: AbortSignal,
): Promise<Error | undefined> {
  try {
    const outcomes: ExportOutcome[] = [];
    for (const batch of batchesOf(spans)) outcomes.push(await exporter.export(batch, signal));
    const droppedCount = outcomes.reduce((sum, outcome) => sum + outcome.droppedCount, 0);
    if (droppedCount === 0) return undefined;
    const reasons = outcomes
      .map(({ message, dropReason }) => message ?? dropReason)
      .filter((text) => text !== undefined);
    return new Error(`${exporter.name}: ${droppedCount} spans were dropped: ${reasons.join('; ')}`);
  } catch (error) {
    return error instanceof Error ? error : new Error(messageOf(error));
  }
}

/** One for each resource. */
function batchesOf(spans: readonly ReadableSpan[]): SpanBatch[] {
  const groups = new Map<ReadableResource, Map<string, ReadableSpan[]>>();
  for (const span of spans) {
    const { name, version = '', schemaUrl = '' } = span.instrumentationScope;
    const key = JSON.stringify([name, version, schemaUrl]);
    let scopes = groups.get(span.resource);
    if (scopes === undefined) groups.set(span.resource, (scopes = new Map<string, ReadableSpan[]>()));
    const group = scopes.get(key);
    if (group === undefined) scopes.set(key, [span]);
    else group.push(span);
  }
  return Array.from(groups, ([resource, scopes]) => batchOf(resource, Array.from(scopes.values(), encodedScope)));
}

function batchOf(resource: ReadableResource, scopes: readonly EncodedScopeSpans[]): SpanBatch {
  return {
    resource: encodeResource(resource.attributes),
    resourceSchemaUrl: resource.schemaUrl ?? '',
    scopes,
    spanCount: scopes.reduce((sum, { spanCount }) => sum + spanCount, 0),
    byteLength: scopes.reduce((sum, { spans }) => sum + spans.length, 0),
  };
}

const SCOPE_SPANS_SPAN = 0x12;

function encodedScope(spans: readonly ReadableSpan[]): EncodedScopeSpans {
  const arena = new ByteArena();
  for (const span of spans) {
    const message = encodeSpanMessage(spanOfReadable(span));
    arena.varint(SCOPE_SPANS_SPAN);
    arena.varint(message.length);
    arena.append(message);
  }
  const { name = '', version = '', schemaUrl = '' } = spans[0]?.instrumentationScope ?? {};
  return { scope: { name, version, schemaUrl }, spans: arena.written(), spanCount: spans.length };
}
