import type { Span, SpanBatch, SpanSink } from '@throughline/model';
import { spansFromColumns } from '@throughline/wire';

/** A sink that keeps what it is given, and fails or waits on demand. */
export class RecordingSink implements SpanSink {
  readonly batches: SpanBatch[] = [];
  /** Thrown by the next writes while set. */
  failure: Error | undefined;
  /** Writes wait for it while set. */
  gate: Promise<void> | undefined;

  async write(batch: SpanBatch): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    await this.gate;
    this.batches.push(batch);
  }

  get spans(): readonly Span[] {
    return this.batches.flatMap(({ columns }) => spansFromColumns(columns));
  }
}
