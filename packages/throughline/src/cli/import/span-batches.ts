import type { Span } from '@throughline/model';
import { encodeOtlpProtobuf } from '@throughline/wire';
import type { Place } from './read-spans.ts';

export const MAX_BATCH_SPANS = 2_000;
export const MAX_BATCH_BYTES: number = 4 * 1024 * 1024;

/** A request: spans as OTLP protobuf. */
export interface SpanBatch {
  readonly bytes: Uint8Array;
  readonly spanCount: number;
  /** Of the first span. */
  readonly place: Place;
}

/**
 * Gathers spans of many messages into batches of at most {@link MAX_BATCH_SPANS} and, unless a single span is larger,
 * {@link MAX_BATCH_BYTES}.
 */
export class BatchBuilder {
  #spans: Span[] = [];
  #estimatedBytes = 0;
  #place: Place | undefined;

  /** The batches that are full now. `byteCount`: of the message that the spans came in. */
  *add(spans: readonly Span[], byteCount: number, place: Place): Generator<SpanBatch> {
    const bytesPerSpan = byteCount / Math.max(1, spans.length);
    for (const span of spans) {
      this.#place ??= place;
      this.#spans.push(span);
      this.#estimatedBytes += bytesPerSpan;
      if (this.#spans.length >= MAX_BATCH_SPANS || this.#estimatedBytes >= MAX_BATCH_BYTES) yield* this.flush();
    }
  }

  /** What is left. */
  *flush(): Generator<SpanBatch> {
    const spans = this.#spans;
    const place = this.#place;
    this.#spans = [];
    this.#estimatedBytes = 0;
    this.#place = undefined;
    if (place !== undefined) yield* encoded(spans, place);
  }
}

function* encoded(spans: readonly Span[], place: Place): Generator<SpanBatch> {
  const bytes = encodeOtlpProtobuf(spans);
  if (bytes.length <= MAX_BATCH_BYTES || spans.length === 1) {
    yield { bytes, spanCount: spans.length, place };
    return;
  }
  const half = Math.ceil(spans.length / 2);
  yield* encoded(spans.slice(0, half), place);
  yield* encoded(spans.slice(half), place);
}
