import type { Block } from './block.ts';

/** Longer texts rarely repeat. */
const MAX_TEXT_LENGTH = 64;
/** So many misses more than hits, and the texts are taken not to repeat for a while. */
const MAX_MISSES = 128;
const PAUSE_LOOKUPS = 8192;

/** Of a text's length: where it stands among those that were found last. */
const FRONT_MASK = 31;

interface FoundText {
  readonly text: string;
  readonly block: Block;
}

/**
 * The blocks of texts that repeat, made when a text is first seen. Holds `capacity` of them and no more; texts that do
 * not repeat make it stop looking for some time, so that they cost next to nothing.
 */
export class RepeatedTexts {
  private readonly capacity: number;
  private readonly encode: (text: string) => Block;
  private readonly blocks: Map<string, FoundText> = new Map<string, FoundText>();
  /** The last one of each length modulo 32: comparing a text with one that is the same string is cheaper than a look-up. */
  private readonly front: (FoundText | undefined)[] = Array.from({ length: FRONT_MASK + 1 });
  private misses = 0;
  private pausedLookups = 0;

  constructor(capacity: number, encode: (text: string) => Block) {
    this.capacity = capacity;
    this.encode = encode;
  }

  /** Undefined: the caller writes the text itself. */
  find(text: string): Block | undefined {
    const place = text.length & FRONT_MASK;
    const last = this.front[place];
    if (last === undefined || last.text !== text) return this.lookUp(text, place);
    if (this.misses > 0) this.misses--;
    return last.block;
  }

  private lookUp(text: string, place: number): Block | undefined {
    if (this.pausedLookups > 0) {
      this.pausedLookups--;
      return undefined;
    }
    if (text.length > MAX_TEXT_LENGTH) return undefined;
    const known = this.blocks.get(text);
    if (known === undefined) return this.miss(text);
    if (this.misses > 0) this.misses--;
    this.front[place] = known;
    return known.block;
  }

  private miss(text: string): Block | undefined {
    if (++this.misses > MAX_MISSES) {
      this.blocks.clear();
      this.misses = 0;
      this.pausedLookups = PAUSE_LOOKUPS;
      return undefined;
    }
    if (this.blocks.size >= this.capacity) return undefined;
    const block = this.encode(text);
    this.blocks.set(text, { text, block });
    return block;
  }
}
