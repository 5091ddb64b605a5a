import { CodedError } from '@throughline/model';
import { counted, formatBytes, formatCount } from '../terminal/count.ts';
import { printable } from '../terminal/printable.ts';
import type { Colours } from '../terminal/terminal.ts';
import type { MessageSpans } from './decode-message.ts';
import type { Place } from './read-spans.ts';
import type { SpanBatch } from './span-batches.ts';
import type { SendOutcome } from './span-sender.ts';

/** Single failures that are told with their place; more are only counted. */
export const MAX_ERRORS_TOLD = 10;

interface ToldError extends Place {
  readonly code: string;
  readonly message: string;
}

/** Counts what an import does. Every span read is accepted, rejected, failed or not sent. */
export class ImportReport {
  sources = 0;
  spansRead = 0;
  spansAccepted = 0;
  /** Spans of batches that could not be delivered. */
  spansFailed = 0;
  /** Lines, messages, documents or (rests of) files that could not be read. */
  unreadable = 0;
  mergedFragments = 0;
  storedBytes = 0;
  unpackedBytes = 0;
  sentBytes = 0;
  requests = 0;
  retries = 0;
  shiftedByNano: bigint | undefined;
  /** Set when the import ended before everything was read. */
  abortedBy: CodedError | undefined;
  readonly #rejected = new Map<string, number>();
  readonly #errors: ToldError[] = [];
  #errorCount = 0;

  read(spans: MessageSpans, place: Place): void {
    this.spansRead += spans.spans.length;
    this.mergedFragments += spans.mergedFragmentCount;
    for (const [reason, count] of Object.entries(spans.rejected)) {
      this.spansRead += count;
      this.reject(reason, count, place);
    }
  }

  reject(reason: string, count: number, place: Place, message = ''): void {
    if (count === 0) return;
    this.#rejected.set(reason, (this.#rejected.get(reason) ?? 0) + count);
    this.#tell(place, reason, message === '' ? `${counted(count, 'span')} rejected` : message);
  }

  fail(place: Place, error: CodedError): void {
    this.unreadable++;
    this.#tell(place, error.code, error.message);
  }

  sent(batch: SpanBatch, outcome: SendOutcome): void {
    if (outcome.kind === 'failed') {
      this.spansFailed += batch.spanCount;
      this.#tell(batch.place, outcome.error.code, outcome.error.message);
      return;
    }
    const rejected = Math.min(outcome.rejectedCount, batch.spanCount);
    this.spansAccepted += batch.spanCount - rejected;
    this.reject('rejected_by_server', rejected, batch.place, outcome.message);
  }

  get spansRejected(): number {
    return [...this.#rejected.values()].reduce((sum, count) => sum + count, 0);
  }

  get isClean(): boolean {
    return this.#errorCount === 0 && this.abortedBy === undefined;
  }

  #tell(place: Place, code: string, message: string): void {
    this.#errorCount++;
    if (this.#errors.length < MAX_ERRORS_TOLD) this.#errors.push({ ...place, code, message });
  }

  toJson(seconds: number): object {
    return {
      sources: this.sources,
      spans_read: this.spansRead,
      spans_accepted: this.spansAccepted,
      spans_rejected: this.spansRejected,
      rejected: Object.fromEntries(this.#rejected),
      spans_failed: this.spansFailed,
      unreadable: this.unreadable,
      merged_fragments: this.mergedFragments,
      bytes_read: this.storedBytes,
      bytes_unpacked: this.unpackedBytes,
      bytes_sent: this.sentBytes,
      requests: this.requests,
      retries: this.retries,
      seconds: Math.round(seconds * 1_000) / 1_000,
      ...(this.shiftedByNano === undefined ? {} : { shifted_by_nano: String(this.shiftedByNano) }),
      errors: this.#errors.map(({ source, line, byteOffset, code, message }) => ({
        source,
        ...(line === undefined ? {} : { line }),
        ...(byteOffset === undefined ? {} : { byte_offset: byteOffset }),
        code,
        message,
      })),
      errors_not_listed: this.#errorCount - this.#errors.length,
      ...(this.abortedBy === undefined ? {} : { aborted_by: this.abortedBy.code }),
      complete: this.isClean,
    };
  }

  /** The counts for a person. */
  toText(seconds: number, colours: Colours): string {
    const perSecond = seconds > 0 ? ` (${formatCount(Math.round(this.spansAccepted / seconds))} spans/s)` : '';
    const lines = [
      `${colours.bold(counted(this.spansAccepted, 'span'))} imported in ${seconds.toFixed(1)} s${perSecond}`,
      `  read      ${counted(this.spansRead, 'span')} from ${counted(this.sources, 'source')}, ${this.#bytes()}`,
      `  sent      ${counted(this.requests, 'request')}, ${formatBytes(this.sentBytes)}${this.retries === 0 ? '' : `, ${counted(this.retries, 'retry', 'retries')}`}`,
    ];
    if (this.mergedFragments > 0) {
      lines.push(`  merged    ${counted(this.mergedFragments, 'Zipkin fragment')} into other spans`);
    }
    for (const [reason, count] of this.#rejected) {
      lines.push(colours.red(`  rejected  ${formatCount(count)} (${printable(reason)})`));
    }
    if (this.spansFailed > 0) lines.push(colours.red(`  failed    ${formatCount(this.spansFailed)}`));
    if (this.unreadable > 0) lines.push(colours.red(`  unread    ${counted(this.unreadable, 'message')}`));
    return `${lines.join('\n')}\n`;
  }

  /** The first failures with their places, and how many more there are; `''` without any. */
  errorsText(): string {
    const lines = this.#errors.map((error) => `${placeText(error)}: ${error.code}: ${printable(error.message)}`);
    const more = this.#errorCount - this.#errors.length;
    if (more > 0) lines.push(`... and ${formatCount(more)} more`);
    return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
  }

  #bytes(): string {
    const unpacked = this.unpackedBytes === this.storedBytes ? '' : ` (${formatBytes(this.unpackedBytes)} unpacked)`;
    return `${formatBytes(this.storedBytes)}${unpacked}`;
  }
}

function placeText({ source, line, byteOffset }: Place): string {
  const name = printable(source);
  if (line !== undefined) return `${name}:${line}`;
  return byteOffset === undefined || byteOffset === 0 ? name : `${name}@${byteOffset}`;
}
