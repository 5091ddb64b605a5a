import { ByteArena } from '../span/byte-arena.ts';
import { SpanEncoder } from '../span/encode-span.ts';
import type { RecordingSpan } from '../span/recording-span.ts';
import type { EndedSpans } from '../span/span-owner.ts';
import type { BatchProcessor } from './batch-processor.ts';

/** Encodes each span once for several queues, which keep their own bounds, batches and exporters. */
export class FanOut implements EndedSpans {
  private readonly queues: readonly BatchProcessor[];
  private readonly arena: ByteArena = new ByteArena();
  private readonly encoder: SpanEncoder = new SpanEncoder();

  constructor(queues: readonly BatchProcessor[]) {
    this.queues = queues;
  }

  add(span: RecordingSpan): void {
    const { arena } = this;
    arena.length = 0;
    try {
      this.encoder.encode(arena, span);
    } catch (error) {
      for (const queue of this.queues) queue.addUnencodable(error);
      return;
    }
    const encoded = arena.bytes.subarray(0, arena.length);
    for (const queue of this.queues) queue.addEncoded(span.instrumentationScope, encoded);
  }
}
