/** Bytes that are written often: a few of them as words, for which a loop is cheaper than a call, more as a whole. */
export interface Block {
  readonly bytes: Uint8Array;
  /** Little-endian; the last one is filled up. */
  readonly words: Int32Array;
}

const MAX_LOOP_WORDS = 16;
/** Bytes that `putBlock` may write behind a block. */
export const BLOCK_OVERHANG = 3;

export function blockOf(bytes: Uint8Array): Block {
  const own = new Uint8Array(bytes);
  const words = new Int32Array((own.length + 3) >> 2);
  for (let i = 0; i < own.length; i++) words[i >> 2]! |= own[i]! << (8 * (i & 3));
  return { bytes: own, words };
}

/** Returns where the block ends. The caller has made room for it and its overhang. */
export function putBlock(bytes: Uint8Array, view: DataView, at: number, block: Block): number {
  const { words } = block;
  if (words.length > MAX_LOOP_WORDS) bytes.set(block.bytes, at);
  else for (let i = 0; i < words.length; i++) view.setInt32(at + 4 * i, words[i]!, true);
  return at + block.bytes.length;
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
  private last = '';
  private lastBlock: Block | undefined = undefined;
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
    // A string that is the same object is found without its hash.
    if (text === this.last && this.lastBlock !== undefined) {
      if (this.misses > 0) this.misses--;
      return this.lastBlock;
    }
    if (text.length > MAX_TEXT_LENGTH) return undefined;
    const known = this.blocks.get(text);
    if (known === undefined) return this.miss(text);
    if (this.misses > 0) this.misses--;
    this.last = text;
    this.lastBlock = known;
    return known;
  }

  private miss(text: string): Block | undefined {
    if (++this.misses > MAX_MISSES) {
      this.budget.left += this.blocks.size;
      this.blocks.clear();
      this.lastBlock = undefined;
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
