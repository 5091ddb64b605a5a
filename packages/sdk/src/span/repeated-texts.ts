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

/** Longer texts rarely repeat. */
const MAX_TEXT_LENGTH = 64;
/** So many misses more than hits, and the texts are taken not to repeat for a while. */
const MAX_MISSES = 128;
const PAUSE_LOOKUPS = 8192;

/** How many blocks a number of `RepeatedTexts` may hold together. */
export interface BlockBudget {
  left: number;
}

/**
 * The blocks of texts that repeat, made when a text is first seen. Holds `capacity` of them and no more; texts that do
 * not repeat make it stop looking for some time, so that they cost next to nothing.
 */
export class RepeatedTexts {
  private readonly capacity: number;
  private readonly budget: BlockBudget;
  private readonly encode: (text: string) => Block;
  private readonly blocks: Map<string, Block> = new Map<string, Block>();
  private misses = 0;
  private pausedLookups = 0;

  constructor(capacity: number, budget: BlockBudget, encode: (text: string) => Block) {
    this.capacity = capacity;
    this.budget = budget;
    this.encode = encode;
  }

  /** Undefined: the caller writes the text itself. */
  find(text: string): Block | undefined {
    if (this.pausedLookups > 0) {
      this.pausedLookups--;
      return undefined;
    }
    if (text.length > MAX_TEXT_LENGTH) return undefined;
    const known = this.blocks.get(text);
    if (known === undefined) return this.miss(text);
    if (this.misses > 0) this.misses--;
    return known;
  }

  private miss(text: string): Block | undefined {
    if (++this.misses > MAX_MISSES) {
      this.budget.left += this.blocks.size;
      this.blocks.clear();
      this.misses = 0;
      this.pausedLookups = PAUSE_LOOKUPS;
      return undefined;
    }
    if (this.blocks.size >= this.capacity || this.budget.left <= 0) return undefined;
    const block = this.encode(text);
    this.blocks.set(text, block);
    this.budget.left--;
    return block;
  }
}
