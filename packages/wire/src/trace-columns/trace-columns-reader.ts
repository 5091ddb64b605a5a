import { type DetailBlock, MAX_DETAIL_BLOCK_ROWS, type TraceColumns } from '@throughline/model';

import { ByteQueue } from './byte-queue.ts';
import { decodeTraceColumnsHead, headLength, malformed } from './decode-trace-columns-head.ts';
import { leftOut } from './detail-blocks.ts';
import { BLOCK_HEADER_BYTES, BlockField, HEADER_BYTES, paddedLength, swapToLittleEndian } from './layout.ts';

/**
 * Reads the binary form of `TraceColumns` while it comes in. All but the details is there as soon as it has come; blocks of
 * details are added to the same columns.
 */
export class TraceColumnsReader {
  readonly #queue = new ByteQueue();
  readonly #blocks: DetailBlock[] = [];
  #columns: TraceColumns | undefined;
  #headLength: number | undefined;
  #blockHeader: DataView | undefined;
  #rowCount = 0;

  /** Undefined until all but the details has come. */
  get columns(): TraceColumns | undefined {
    return this.#columns;
  }

  /**
   * The next bytes, in pieces of any size, which must not be changed afterwards.
   *
   * @throws DecodeError as `decodeTraceColumns` does.
   */
  add(bytes: Uint8Array): void {
    this.#queue.add(bytes);
    while (this.#step());
  }

  /**
   * The whole trace.
   *
   * @throws DecodeError `malformed_payload` if bytes are missing, or were left over.
   */
  end(): TraceColumns {
    if (this.#columns === undefined || this.#rowCount < this.#columns.spanCount) throw malformed('it ends too early');
    if (this.#queue.length > 0) throw malformed('bytes after its end');
    return this.#columns;
  }

  /** After this, details that have not come count as left out, and the trace is read to its end. */
  giveUpDetails(): void {
    const { spanCount } = this.#columns ?? { spanCount: 0 };
    while (this.#rowCount < spanCount) this.#push(leftOut(this.#rowCount, spanCount));
  }

  /** Reads the next part if it is there. */
  #step(): boolean {
    if (this.#headLength === undefined) {
      if (this.#queue.length < HEADER_BYTES) return false;
      this.#headLength = headLength(this.#queue.peek(HEADER_BYTES));
    }
    if (this.#columns === undefined) {
      if (this.#queue.length < this.#headLength) return false;
      this.#columns = { ...decodeTraceColumnsHead(this.#queue.take(this.#headLength)), detailBlocks: this.#blocks };
    }
    return this.#rowCount < this.#columns.spanCount && this.#readBlock(this.#columns.spanCount - this.#rowCount);
  }

  #readBlock(rowsLeft: number): boolean {
    if (this.#blockHeader === undefined) {
      if (this.#queue.length < BLOCK_HEADER_BYTES) return false;
      this.#blockHeader = new DataView(this.#queue.take(BLOCK_HEADER_BYTES).buffer);
    }
    const rowCount = this.#blockHeader.getUint32(BlockField.ROW_COUNT, true);
    const detailBytes = this.#blockHeader.getUint32(BlockField.DETAIL_BYTES, true);
    const leftOutCount = this.#blockHeader.getUint32(BlockField.LEFT_OUT_COUNT, true);
    if (rowCount === 0 || rowCount > Math.min(rowsLeft, MAX_DETAIL_BLOCK_ROWS))
      throw malformed('a block of other rows');
    if (leftOutCount > rowCount) throw malformed('more rows left out than there are');
    const endBytes = paddedLength(4 * rowCount);
    const length = endBytes + paddedLength(detailBytes);
    if (this.#queue.length < length) return false;
    const content = this.#queue.take(length);
    const end = new Uint32Array(swapToLittleEndian(content.subarray(0, endBytes), 4).buffer, 0, rowCount);
    if (!isAscending(end, detailBytes)) throw malformed('details that do not meet their length');
    const bytes = content.subarray(endBytes, endBytes + detailBytes);
    this.#push({ firstRow: this.#rowCount, end, bytes, leftOutCount });
    this.#blockHeader = undefined;
    return true;
  }

  #push(block: DetailBlock): void {
    this.#blocks.push(block);
    this.#rowCount += block.end.length;
  }
}

function isAscending(ends: Uint32Array, last: number): boolean {
  let before = 0;
  for (const end of ends) {
    if (end < before) return false;
    before = end;
  }
  return before === last;
}
