import {
  CodedError,
  type InstrumentationScope,
  type Resource,
  serviceName,
  type SpanTree,
  type TraceColumns,
} from '@throughline/model';

import { encodeResourceMessage, encodeScopeMessage } from '../otlp/encode-span.ts';
import { start, take, writtenLength } from '../otlp/protobuf-writer.ts';
import type { ColumnSource } from './column-source.ts';
import { DistinctItems } from './distinct-items.ts';
import { joinBytes } from './join-bytes.ts';

/** Details of all spans together; beyond it the trace is refused. Their offsets could count to 4 GiB. */
export const DEFAULT_MAX_DETAIL_BYTES: number = 2 ** 30;

export interface TraceColumnsOptions {
  readonly maxDetailBytes?: number;
}

/** Columns whose details are in pieces, because joining those of a large trace takes as much memory again. */
export interface ChunkedTraceColumns extends Omit<TraceColumns, 'details'> {
  /** What `details` is when they are joined. */
  readonly detailChunks: readonly Uint8Array[];
}

/** What the columns say of the tree itself. */
type Tree = Omit<SpanTree, 'indexOf' | 'roots'>;

/** Makes the columns of a trace, as many rows at a time as the caller has time for. */
export class TraceColumnsBuilder {
  readonly #tree: Tree;
  readonly #indexOf: Uint32Array | undefined;
  readonly #source: ColumnSource;
  readonly #maxDetailBytes: number;
  readonly #strings = new DistinctItems<string, string>((text) => text, String);
  // A resource or scope is encoded by itself, before the details of the row are begun.
  readonly #resources = new DistinctItems<Resource, Uint8Array>(encodeResourceMessage, contentKey);
  readonly #scopes = new DistinctItems<InstrumentationScope, Uint8Array>(encodeScopeMessage, contentKey);
  /** By resource: there are few of them. */
  readonly #serviceOf: number[] = [];
  readonly #detailChunks: Uint8Array[] = [];
  #detailBytes = 0;
  #row = 0;
  readonly #spanCount: number;
  readonly #spanId: Uint8Array;
  readonly #parentSpanId: Uint8Array;
  readonly #startOffsetNano: Float64Array;
  readonly #durationNano: Float64Array;
  readonly #name: Uint32Array;
  readonly #service: Uint32Array;
  readonly #kind: Uint8Array;
  readonly #statusCode: Uint8Array;
  readonly #error: Uint8Array;
  readonly #eventCount: Uint32Array;
  readonly #linkCount: Uint32Array;
  readonly #resource: Uint32Array;
  readonly #scope: Uint32Array;
  readonly #detailEnd: Uint32Array;

  /** Without `indexOf` a row's index in the source is the row itself. */
  constructor(
    { indexOf, ...tree }: Tree & { readonly indexOf?: Uint32Array },
    source: ColumnSource,
    { maxDetailBytes = DEFAULT_MAX_DETAIL_BYTES }: TraceColumnsOptions = {},
  ) {
    this.#tree = tree;
    this.#indexOf = indexOf;
    this.#source = source;
    this.#maxDetailBytes = maxDetailBytes;
    const count = tree.parent.length;
    this.#spanCount = count;
    this.#spanId = new Uint8Array(8 * count);
    this.#parentSpanId = new Uint8Array(8 * count);
    this.#startOffsetNano = new Float64Array(count);
    this.#durationNano = new Float64Array(count);
    this.#name = new Uint32Array(count);
    this.#service = new Uint32Array(count);
    this.#kind = new Uint8Array(count);
    this.#statusCode = new Uint8Array(count);
    this.#error = new Uint8Array(count);
    this.#eventCount = new Uint32Array(count);
    this.#linkCount = new Uint32Array(count);
    this.#resource = new Uint32Array(count);
    this.#scope = new Uint32Array(count);
    this.#detailEnd = new Uint32Array(count);
  }

  /**
   * Writes the next rows, at most so many. False: those were the last.
   *
   * @throws CodedError `trace_too_large` if the spans' details take more than `maxDetailBytes`, and what the source
   *   throws.
   */
  writeRows(maxRowCount: number): boolean {
    const first = this.#row;
    const end = Math.min(this.#spanCount, first + maxRowCount);
    for (let row = first; row < end; row++) this.#writeColumns(row, this.#indexAt(row));
    start();
    for (let row = first; row < end; row++) {
      this.#source.writeDetails(this.#indexAt(row));
      const detailEnd = this.#detailBytes + writtenLength();
      if (detailEnd > this.#maxDetailBytes) {
        throw new CodedError('trace_too_large', `the spans' details take more than ${this.#maxDetailBytes} bytes`);
      }
      this.#detailEnd[row] = detailEnd;
    }
    this.#detailBytes += writtenLength();
    this.#detailChunks.push(take());
    this.#row = end;
    return end < this.#spanCount;
  }

  #indexAt(row: number): number {
    return this.#indexOf === undefined ? row : (this.#indexOf[row] ?? 0);
  }

  #writeColumns(row: number, index: number): void {
    const source = this.#source;
    source.writeSpanId(index, this.#spanId, 8 * row);
    source.writeParentSpanId(index, this.#parentSpanId, 8 * row);
    this.#startOffsetNano[row] = source.startOffsetNano(index);
    this.#durationNano[row] = source.durationNano(index);
    this.#name[row] = this.#strings.indexOf(source.name(index));
    const resource = source.resource(index);
    const resourceIndex = this.#resources.indexOf(resource);
    this.#resource[row] = resourceIndex;
    this.#service[row] = this.#serviceOf[resourceIndex] ??= this.#strings.indexOf(serviceName(resource));
    this.#scope[row] = this.#scopes.indexOf(source.scope(index));
    this.#kind[row] = source.kind(index);
    this.#statusCode[row] = source.statusCode(index);
    this.#error[row] = source.isError(index) ? 1 : 0;
    this.#eventCount[row] = source.eventCount(index);
    this.#linkCount[row] = source.linkCount(index);
  }

  /** After the last row. */
  columns(): ChunkedTraceColumns {
    const { parent, depth, subtreeEnd, startTimeUnixNano, endTimeUnixNano, copyCount, issues } = this.#tree;
    return {
      traceId: this.#source.traceId,
      startTimeUnixNano,
      endTimeUnixNano,
      spanCount: this.#spanCount,
      copyCount,
      strings: this.#strings.items,
      spanId: this.#spanId,
      parentSpanId: this.#parentSpanId,
      parent,
      depth,
      subtreeEnd,
      startOffsetNano: this.#startOffsetNano,
      durationNano: this.#durationNano,
      name: this.#name,
      service: this.#service,
      kind: this.#kind,
      statusCode: this.#statusCode,
      error: this.#error,
      eventCount: this.#eventCount,
      linkCount: this.#linkCount,
      issues,
      resource: this.#resource,
      scope: this.#scope,
      resources: this.#resources.items,
      scopes: this.#scopes.items,
      detailEnd: this.#detailEnd,
      detailChunks: this.#detailChunks,
    };
  }
}

/** The same with the details in one piece. */
export function withJoinedDetails({ detailChunks, ...columns }: ChunkedTraceColumns): TraceColumns {
  return { ...columns, details: joinBytes(detailChunks) };
}

function contentKey(bytes: Uint8Array): string {
  let key = '';
  for (const byte of bytes) key += String.fromCharCode(byte);
  return key;
}
