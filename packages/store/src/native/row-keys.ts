import type { SpanColumns } from '@throughline/model';
import type { TextInterning } from './block-text.ts';
import type { ByteInterner } from './byte-interner.ts';
import { GrowingUint32 } from './growable.ts';

/** The attribute keys of the row at hand. */
export class RowKeys {
  /** Of the keys, in the order of the row's attributes. */
  readonly ids: GrowingUint32 = new GrowingUint32(256);
  readonly #keys: ByteInterner;
  readonly #texts: TextInterning;
  /** By id the last row (serial number) and attribute that had the key. */
  #keyRow: Uint32Array = new Uint32Array(1024);
  #keyAttribute: Uint32Array = new Uint32Array(1024);
  /** By key id the id of the key that came after it last time: batches repeat their keys in one order. */
  #nextKey: Uint32Array = new Uint32Array(1024);
  #rowSerial = 0;

  constructor(keys: ByteInterner, texts: TextInterning) {
    this.#keys = keys;
    this.#texts = texts;
  }

  clear(): void {
    this.#nextKey.fill(0);
  }

  /** Which attribute of the row had the key last. */
  lastAttribute(key: number): number | undefined {
    return this.#keyAttribute[key];
  }

  /** Fills `ids`. Returns whether a key is there more than once; then `lastAttribute` counts. */
  intern(columns: SpanColumns, from: number, to: number): boolean {
    const { source, attributeKeyStart, attributeKeyEnd } = columns;
    const keys = this.#keys;
    this.#rowSerial = (this.#rowSerial + 1) >>> 0;
    const serial = this.#rowSerial;
    this.ids.length = 0;
    this.ids.reserve(to - from);
    const rowKeys = this.ids.values;
    let repeated = false;
    let previous = 0;
    for (let attribute = from; attribute < to; attribute++) {
      const start = attributeKeyStart[attribute]!;
      const end = attributeKeyEnd[attribute]!;
      let key = this.#nextKey[previous]!;
      if (key === 0 || !keys.equals(key, source, start, end)) {
        key = this.#texts.intern(keys, source, start, end);
        if (key >= this.#keyRow.length) this.#growKeyTables(key);
        this.#nextKey[previous] = key;
      }
      if (this.#keyRow[key] === serial) repeated = true;
      this.#keyRow[key] = serial;
      this.#keyAttribute[key] = attribute;
      rowKeys[attribute - from] = key;
      previous = key;
    }
    return repeated;
  }

  #growKeyTables(key: number): void {
    const grow = (old: Uint32Array): Uint32Array => {
      const grown = new Uint32Array(Math.max(2 * old.length, key + 1));
      grown.set(old);
      return grown;
    };
    this.#keyRow = grow(this.#keyRow);
    this.#keyAttribute = grow(this.#keyAttribute);
    this.#nextKey = grow(this.#nextKey);
  }
}
