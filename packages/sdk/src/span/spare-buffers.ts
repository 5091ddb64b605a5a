import { allocateBytes } from './text-bytes.ts';

const MAX_BUFFERS = 4;
/** A larger one is not kept. */
const MAX_BUFFER_BYTES = 1 << 20;

/** Large batches are about as long as each other, not exactly: what is made for one is to do for the next. */
const STEP_BYTES = 1 << 16;

/**
 * Memory that is used again: the system has to find the pages of a fresh buffer when they are first written to,
 * and what is allocated outside of the heap brings collections about. Keeps 4 MiB at most.
 */
export class SpareBuffers {
  private readonly spare: Uint8Array<ArrayBuffer>[] = [];

  /** At least `length` bytes of any content. */
  take(length: number): Uint8Array<ArrayBuffer> {
    const spare = this.spare.pop();
    if (spare !== undefined && spare.length >= length) return spare;
    return allocateBytes(length <= STEP_BYTES ? length : Math.ceil(length / STEP_BYTES) * STEP_BYTES);
  }

  /** Nobody reads or writes `bytes` any more. */
  give(bytes: Uint8Array<ArrayBuffer>): void {
    // Memory that was handed to another thread has no length here.
    if (bytes.length === 0 || bytes.length > MAX_BUFFER_BYTES || this.spare.length >= MAX_BUFFERS) return;
    this.spare.push(bytes);
  }
}
