/** Bytes that come in pieces of any size, taken in pieces of other sizes. */
export class ByteQueue {
  #pieces: Uint8Array[] = [];
  /** Bytes of the first piece that were taken already. */
  #taken = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The piece must not be changed until it has been taken. */
  add(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#pieces.push(piece);
    this.#length += piece.length;
  }

  /** A copy of the first bytes, which stay. There must be as many. */
  peek(length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const [i, piece] of this.#pieces.entries()) {
      if (at === length) break;
      const start = i === 0 ? this.#taken : 0;
      const part = piece.subarray(start, start + length - at);
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }

  /** The first bytes, in a buffer of their own. There must be as many. */
  take(length: number): Uint8Array<ArrayBuffer> {
    const bytes = this.peek(length);
    this.#length -= length;
    let left = this.#taken + length;
    let done = 0;
    for (const piece of this.#pieces) {
      if (left < piece.length) break;
      left -= piece.length;
      done++;
    }
    this.#pieces = this.#pieces.slice(done);
    this.#taken = left;
    return bytes;
  }
}
