import {
  compareSpans,
  EXACT_NANO,
  type InstrumentationScope,
  NO_PARENT,
  offsetsOf,
  PARENT_MISSING,
  type Resource,
  type Span,
  type SpanOffsets,
  type SpanTable,
} from '@throughline/model';
import type { ColumnSource } from '@throughline/wire';
import { parseCanonicalResource, parseCanonicalScope } from '../sql/canonical-text.ts';
import { DetailsOfBlock } from './details-of-block.ts';
import { IdIndex } from './id-index.ts';
import type { NativeBlock, NativeColumn } from './native-reader.ts';
import { bigintAt, column, columnOfKind, halvesOf, numberAt, ofKind, textAt } from './native-values.ts';
import { SPAN_COLUMNS, spanReader } from './spans-from-block.ts';

/** The columns that {@link StoredRows} reads, as a SELECT list. */
export const ROW_COLUMNS: string = `${SPAN_COLUMNS}, is_error`;

/** One trace's rows of the table `spans`, copies included, without an object a span. */
export class StoredRows implements SpanTable, ColumnSource {
  readonly traceId: string;
  readonly spanCount: number;
  readonly firstOfId: Int32Array;
  readonly firstOfParentId: Int32Array;
  /** From the earliest start. */
  readonly offsets: SpanOffsets;
  readonly #blocks: readonly RowsOfBlock[];
  /** By index. */
  readonly #blockOf: Uint32Array;
  /** Two words an id, in the order of their bytes. */
  readonly #ids: Uint32Array;
  readonly #parentIds: Uint32Array;

  /** At most `maxSpanCount` rows, the first ones. */
  constructor(traceId: string, blocks: readonly NativeBlock[], maxSpanCount: number = Infinity) {
    this.traceId = traceId;
    const resources = new Map<string, Resource>();
    const scopes = new Map<string, InstrumentationScope>();
    const rowsOfBlocks: RowsOfBlock[] = [];
    let count = 0;
    for (const block of blocks) {
      const rowCount = Math.min(block.rowCount, maxSpanCount - count);
      rowsOfBlocks.push(new RowsOfBlock(block, count, rowCount, resources, scopes));
      count += rowCount;
    }
    this.spanCount = count;
    this.#blocks = rowsOfBlocks;
    this.#blockOf = new Uint32Array(count);
    const ids = new Uint8Array(8 * count);
    const parentIds = new Uint8Array(8 * count);
    for (const [index, block] of rowsOfBlocks.entries()) {
      this.#blockOf.fill(index, block.firstIndex, block.firstIndex + block.rowCount);
      ids.set(block.idBytes('span_id'), 8 * block.firstIndex);
      parentIds.set(block.idBytes('parent_span_id'), 8 * block.firstIndex);
    }
    this.#ids = new Uint32Array(ids.buffer);
    this.#parentIds = new Uint32Array(parentIds.buffer);
    this.offsets = offsetsOfBlocks(rowsOfBlocks, count) ?? this.#offsetsOfAny();
    const index = new IdIndex(this.#ids);
    this.firstOfId = index.firstOfId;
    this.firstOfParentId = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      const word = this.#parentIds[2 * i] ?? 0;
      const otherWord = this.#parentIds[2 * i + 1] ?? 0;
      if (word === 0 && otherWord === 0) {
        this.firstOfParentId[i] = NO_PARENT;
      } else {
        const first = index.find(word, otherWord);
        this.firstOfParentId[i] = first < 0 ? PARENT_MISSING : first;
      }
    }
  }

  startOffsetNano(index: number): number {
    return this.offsets.start[index] ?? 0;
  }

  startTimeUnixNano(index: number): bigint {
    const block = this.#blockAt(index);
    return bigintAt(block.starts, index - block.firstIndex);
  }

  endTimeUnixNano(index: number): bigint {
    const block = this.#blockAt(index);
    const row = index - block.firstIndex;
    return bigintAt(block.starts, row) + bigintAt(block.durations, row) - bigintAt(block.negatives, row);
  }

  compareIds(a: number, b: number): number {
    return (
      compareBytes(this.#ids[2 * a] ?? 0, this.#ids[2 * b] ?? 0) ||
      compareBytes(this.#ids[2 * a + 1] ?? 0, this.#ids[2 * b + 1] ?? 0)
    );
  }

  compare(a: number, b: number): number {
    return compareSpans(this.#spanAt(a), this.#spanAt(b));
  }

  durationNano(index: number): number {
    const { start, end, exact } = this.offsets;
    if (exact) return Math.max(0, (end[index] ?? 0) - (start[index] ?? 0));
    const block = this.#blockAt(index);
    return numberAt(block.durations, index - block.firstIndex);
  }

  writeSpanId(index: number, target: Uint8Array, at: number): void {
    writeId(this.#ids, index, target, at);
  }

  writeParentSpanId(index: number, target: Uint8Array, at: number): void {
    writeId(this.#parentIds, index, target, at);
  }

  name(index: number): string {
    const block = this.#blockAt(index);
    return textAt(block.names, index - block.firstIndex);
  }

  kind(index: number): number {
    const block = this.#blockAt(index);
    return numberAt(block.kinds, index - block.firstIndex);
  }

  statusCode(index: number): number {
    const block = this.#blockAt(index);
    return numberAt(block.statusCodes, index - block.firstIndex);
  }

  isError(index: number): boolean {
    const block = this.#blockAt(index);
    return numberAt(block.errors, index - block.firstIndex) === 1;
  }

  eventCount(index: number): number {
    const block = this.#blockAt(index);
    return block.details.eventCount(index - block.firstIndex);
  }

  linkCount(index: number): number {
    const block = this.#blockAt(index);
    return block.details.linkCount(index - block.firstIndex);
  }

  resource(index: number): Resource {
    const block = this.#blockAt(index);
    return block.resource(index - block.firstIndex);
  }

  scope(index: number): InstrumentationScope {
    const block = this.#blockAt(index);
    return block.scope(index - block.firstIndex);
  }

  writeDetails(index: number): void {
    const block = this.#blockAt(index);
    block.details.write(index - block.firstIndex);
  }

  /** Where the spans lie too far apart for doubles to be exact. */
  #offsetsOfAny(): SpanOffsets {
    const times = {
      spanCount: this.spanCount,
      startTimeUnixNano: (index: number) => this.startTimeUnixNano(index),
      endTimeUnixNano: (index: number) => this.endTimeUnixNano(index),
    };
    let earliest: bigint | undefined;
    for (let index = 0; index < this.spanCount; index++) {
      const start = this.startTimeUnixNano(index);
      if (earliest === undefined || start < earliest) earliest = start;
    }
    return offsetsOf(times, earliest ?? 0n);
  }

  #spanAt(index: number): Span {
    const block = this.#blockAt(index);
    return block.spanAt(index - block.firstIndex);
  }

  #blockAt(index: number): RowsOfBlock {
    const block = this.#blocks[this.#blockOf[index] ?? -1];
    if (block === undefined) throw new RangeError(`no row ${index} of ${this.spanCount}`);
    return block;
  }
}

/** One block's columns. */
class RowsOfBlock {
  readonly firstIndex: number;
  readonly rowCount: number;
  readonly starts: NativeColumn;
  readonly durations: NativeColumn;
  readonly negatives: NativeColumn;
  readonly names: NativeColumn;
  readonly kinds: NativeColumn;
  readonly statusCodes: NativeColumn;
  readonly errors: NativeColumn;
  readonly resource: (row: number) => Resource;
  readonly scope: (row: number) => InstrumentationScope;
  readonly details: DetailsOfBlock;
  readonly #block: NativeBlock;
  #spanReader: ((row: number) => Span) | undefined;

  constructor(
    block: NativeBlock,
    firstIndex: number,
    rowCount: number,
    resources: Map<string, Resource>,
    scopes: Map<string, InstrumentationScope>,
  ) {
    this.#block = block;
    this.firstIndex = firstIndex;
    this.rowCount = rowCount;
    this.starts = column(block, 'start_time_unix_nano');
    this.durations = column(block, 'duration_nano');
    this.negatives = column(block, 'negative_duration_nano');
    this.names = column(block, 'name');
    this.kinds = column(block, 'kind');
    this.statusCodes = column(block, 'status_code');
    this.errors = column(block, 'is_error');
    this.resource = parsedOnce(block, 'resource', parseCanonicalResource, resources);
    this.scope = parsedOnce(block, 'scope', parseCanonicalScope, scopes);
    this.details = new DetailsOfBlock(block);
  }

  /** 8 bytes a row. */
  idBytes(name: string): Uint8Array {
    const { bytes, starts } = columnOfKind(this.#block, name, 'bytes');
    const start = starts[0] ?? 0;
    return bytes.subarray(start, start + 8 * this.rowCount);
  }

  /** For what is asked of few rows. */
  spanAt(row: number): Span {
    return (this.#spanReader ??= spanReader(this.#block))(row);
  }
}

const HALF = 2 ** 32;

/** From the earliest start, without a bigint a span; undefined if not every number is exact. */
function offsetsOfBlocks(blocks: readonly RowsOfBlock[], spanCount: number): SpanOffsets | undefined {
  const start = new Float64Array(spanCount);
  const end = new Float64Array(spanCount);
  let [originHigh, originLow] = [Infinity, Infinity];
  for (const { starts, rowCount } of blocks) {
    const halves = halvesOf(ofKind(starts, 'bigint').values);
    for (let row = 0; row < rowCount; row++) {
      const low = halves[2 * row] ?? 0;
      const high = halves[2 * row + 1] ?? 0;
      if (high > originHigh || (high === originHigh && low >= originLow)) continue;
      originHigh = high;
      originLow = low;
    }
  }
  for (const block of blocks) {
    const starts = halvesOf(ofKind(block.starts, 'bigint').values);
    const durations = halvesOf(ofKind(block.durations, 'bigint').values);
    const negatives = halvesOf(ofKind(block.negatives, 'bigint').values);
    for (let row = 0; row < block.rowCount; row++) {
      const low = 2 * row;
      const high = low + 1;
      const offset = ((starts[high] ?? 0) - originHigh) * HALF + ((starts[low] ?? 0) - originLow);
      const duration = (durations[high] ?? 0) * HALF + (durations[low] ?? 0);
      const negative = (negatives[high] ?? 0) * HALF + (negatives[low] ?? 0);
      if (offset + duration + negative >= EXACT_NANO) return undefined;
      start[block.firstIndex + row] = offset;
      end[block.firstIndex + row] = offset + duration - negative;
    }
  }
  return { start, end, exact: true };
}

/** Equal texts of all blocks are parsed once, and are one object. */
function parsedOnce<T>(
  block: NativeBlock,
  name: string,
  parse: (text: string) => T,
  known: Map<string, T>,
): (row: number) => T {
  const { keys, indexes } = columnOfKind(block, name, 'dictionary');
  const parsed: (T | undefined)[] = [];
  const parsedAt = (index: number): T => {
    const text = textAt(keys, index);
    const found = known.get(text) ?? parse(text);
    known.set(text, found);
    return found;
  };
  return (row) => {
    const index = indexes[row] ?? 0;
    return (parsed[index] ??= parsedAt(index));
  };
}

function writeId(words: Uint32Array, index: number, target: Uint8Array, at: number): void {
  for (let half = 0; half < 2; half++) {
    const word = words[2 * index + half] ?? 0;
    // The engine and this run on little-endian machines.
    target[at + 4 * half] = word;
    target[at + 4 * half + 1] = word >>> 8;
    target[at + 4 * half + 2] = word >>> 16;
    target[at + 4 * half + 3] = word >>> 24;
  }
}

/** Of two words of four bytes: the order of the bytes. */
function compareBytes(a: number, b: number): number {
  return a === b ? 0 : reversed(a) - reversed(b);
}

function reversed(word: number): number {
  return ((word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;
}
