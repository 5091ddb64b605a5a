import {
  DETAIL_BLOCK_BYTES,
  type DetailBlock,
  type InstrumentationScope,
  MAX_DETAIL_BLOCK_ROWS,
  type Resource,
  serviceName,
  type SpanTree,
} from '@throughline/model';

import { encodeResourceMessage, encodeScopeMessage } from '../otlp/encode-span.ts';
import { start, take, writtenLength } from '../otlp/protobuf-writer.ts';
import type { ColumnSource } from './column-source.ts';
import { leftOut } from './detail-blocks.ts';
import { DistinctItems } from './distinct-items.ts';
import type { TraceColumnsHead } from './encode-trace-columns.ts';

/** Details of all spans together; those that are beyond it are left out. */
export const DEFAULT_MAX_DETAIL_BYTES: number = 2 ** 30;

export interface TraceColumnsOptions {
  readonly maxDetailBytes?: number;
}

/** What the columns say of the tree itself. */
type Tree = Omit<SpanTree, 'indexOf' | 'roots'>;

/** Makes the columns of a trace, then the details, as many rows at a time as the caller has time for. */
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
  #row = 0;
  #detailBytes = 0;
  #isFull = false;
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
  }

  /** Reads the next rows' columns, at most so many. False: those were the last. */
  readRows(maxRowCount: number): boolean {
    const end = Math.min(this.#spanCount, this.#row + maxRowCount);
    for (let row = this.#row; row < end; row++) this.#readRow(row, this.#indexAt(row));
    this.#row = end;
    return end < this.#spanCount;
  }

  /** Writes the details of all rows, a block at each step. May throw what the source throws. */
  *details(): Generator<DetailBlock, void> {
    let row = 0;
    while (row < this.#spanCount) {
      const block = this.#isFull ? leftOut(row, this.#spanCount) : this.#detailsFrom(row);
      row += block.end.length;
      yield block;
    }
  }

  #detailsFrom(firstRow: number): DetailBlock {
    const maxRowCount = Math.min(this.#spanCount - firstRow, MAX_DETAIL_BLOCK_ROWS);
    const end = new Uint32Array(maxRowCount);
    let rowCount = 0;
    let byteCount = 0;
    start();
    while (rowCount < maxRowCount && byteCount < DETAIL_BLOCK_BYTES) {
      this.#source.writeDetails(this.#indexAt(firstRow + rowCount));
      // Small details after those that were too many are left out too, so that one place tells what is missing.
      this.#isFull = this.#detailBytes + writtenLength() > this.#maxDetailBytes;
      if (this.#isFull) break;
      byteCount = writtenLength();
      end[rowCount++] = byteCount;
    }
    if (rowCount === 0) return leftOut(firstRow, this.#spanCount);
    this.#detailBytes += byteCount;
    return { firstRow, end: end.slice(0, rowCount), bytes: take(byteCount), leftOutCount: 0 };
  }

  #indexAt(row: number): number {
    return this.#indexOf === undefined ? row : (this.#indexOf[row] ?? 0);
  }

  #readRow(row: number, index: number): void {
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

  /** All but the details, after the last row. */
  columns(): TraceColumnsHead {
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
    };
  }
}

function contentKey(bytes: Uint8Array): string {
  let key = '';
  for (const byte of bytes) key += String.fromCharCode(byte);
  return key;
}
