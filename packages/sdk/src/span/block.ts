/** Bytes that are written often, as numbers of eight bytes: a loop over them is cheaper than a call. */
export interface Block {
  readonly length: number;
  /** The last one is filled up. */
  readonly words: Float64Array;
}

/** Bytes that `putBlock` may write behind a block. */
export const BLOCK_OVERHANG = 7;

/** None of the numbers is a NaN, of which the engine might write another one: UTF-8 and short lengths have no such bytes. */
export function blockOf(bytes: Uint8Array): Block {
  const filled = new Uint8Array((bytes.length + BLOCK_OVERHANG) & ~BLOCK_OVERHANG);
  filled.set(bytes);
  const view = new DataView(filled.buffer);
  const words = Float64Array.from({ length: filled.length >> 3 }, (_, i) => view.getFloat64(8 * i, true));
  return { length: bytes.length, words };
}

/** Returns where the block ends. The caller has made room for it and its overhang. */
export function putBlock(view: DataView, at: number, { length, words }: Block): number {
  for (let i = 0; i < words.length; i++) view.setFloat64(at + 8 * i, words[i]!, true);
  return at + length;
}
