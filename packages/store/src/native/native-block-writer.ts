import type { ByteInterner } from './byte-interner.ts';
import { GrowingBytes, GrowingUint32 } from './growable.ts';

/**
 * The engine's `Native` format, written by hand: a block is the number of columns and rows as varints, then each column
 * with its name, its type and its data. Numbers are little endian, as are the machines this runs on.
 * Layouts were verified to be byte for byte the engine's own (docs/adr/0001-span-schema.md).
 */
export interface BlockColumn {
  readonly name: string;
  readonly type: string;
  /** The column's data as chunks that stay valid until the block is cleared. */
  chunks(): readonly Uint8Array[];
  clear(): void;
}

/** Chunks of one block; none is copied. */
export function blockChunks(rowCount: number, columns: readonly BlockColumn[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  const start = new GrowingBytes(16);
  start.appendVarint(columns.length);
  start.appendVarint(rowCount);
  chunks.push(start.view());
  for (const column of columns) {
    const header = new GrowingBytes(64);
    appendText(header, column.name);
    appendText(header, column.type);
    chunks.push(header.view(), ...column.chunks());
  }
  return chunks;
}

function appendText(target: GrowingBytes, text: string): void {
  const bytes = Buffer.from(text);
  target.appendVarint(bytes.length);
  target.append(bytes);
}

/** Raw bytes: `FixedString(n)`, or numbers appended as little-endian bytes. */
export class RawColumn implements BlockColumn {
  readonly name: string;
  readonly type: string;
  readonly data: GrowingBytes = new GrowingBytes(1 << 16);

  constructor(name: string, type: string) {
    this.name = name;
    this.type = type;
  }

  /** The array's memory as it is. */
  appendArray(values: Uint8Array | Uint32Array | BigUint64Array | Float64Array): void {
    this.data.append(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }

  appendZeros(byteCount: number): void {
    this.data.reserve(byteCount);
    this.data.bytes.fill(0, this.data.length, this.data.length + byteCount);
    this.data.length += byteCount;
  }

  chunks(): readonly Uint8Array[] {
    return [this.data.view()];
  }

  clear(): void {
    this.data.length = 0;
  }
}

/** `String`: a varint length and the bytes, row after row. Rows are appended to `data` by the caller. */
export class StringColumn extends RawColumn {
  constructor(name: string) {
    super(name, 'String');
  }
}

/** What a LowCardinality column writes as its dictionary: key 0 is the empty string. */
export interface KeyDictionary {
  readonly size: number;
  appendKey(id: number, target: GrowingBytes): void;
  clear(): void;
}

/** Those entries of a shared interner that one column uses, with ids of its own. */
export class DictionarySubset implements KeyDictionary {
  readonly #all: ByteInterner;
  readonly #members: GrowingUint32 = new GrowingUint32(256);
  /** Own id + 1 by the shared id; 0 for none. */
  #localOf: Uint32Array = new Uint32Array(256);

  constructor(all: ByteInterner) {
    this.#all = all;
    this.#members.push(0);
  }

  get size(): number {
    return this.#members.length;
  }

  local(sharedId: number): number {
    if (sharedId >= this.#localOf.length) {
      const grown = new Uint32Array(Math.max(2 * this.#localOf.length, sharedId + 1));
      grown.set(this.#localOf);
      this.#localOf = grown;
    }
    const known = this.#localOf[sharedId]!;
    if (known !== 0) return known - 1;
    if (sharedId === 0) return 0;
    const id = this.#members.length;
    this.#members.push(sharedId);
    this.#localOf[sharedId] = id + 1;
    return id;
  }

  appendKey(id: number, target: GrowingBytes): void {
    this.#all.appendKey(this.#members.values[id]!, target);
  }

  clear(): void {
    this.#members.length = 1;
    this.#localOf.fill(0);
  }
}

/** The data part of `LowCardinality(String)`: indexes into a dictionary of this column's own. */
export class LowCardinalityData<Dictionary extends KeyDictionary> {
  readonly indexes: GrowingUint32 = new GrowingUint32(4096);
  readonly dictionary: Dictionary;

  constructor(dictionary: Dictionary) {
    this.dictionary = dictionary;
  }

  /** Nothing where there are no elements: the engine neither writes nor expects an empty body. */
  chunks(): readonly Uint8Array[] {
    const { indexes, dictionary } = this;
    if (indexes.length === 0) return [];
    const keys = new GrowingBytes(32 * dictionary.size);
    for (let id = 0; id < dictionary.size; id++) dictionary.appendKey(id, keys);
    const width = dictionary.size <= 256 ? 0 : dictionary.size <= 65_536 ? 1 : 2;
    const all = indexes.values.subarray(0, indexes.length);
    const narrow = width === 0 ? Uint8Array.from(all) : width === 1 ? Uint16Array.from(all) : all;
    return [
      // Has additional keys, dictionary must be updated, and the width of the indexes.
      uint64(0x600 | width),
      uint64(dictionary.size),
      keys.view(),
      uint64(indexes.length),
      new Uint8Array(narrow.buffer, narrow.byteOffset, narrow.byteLength),
    ];
  }

  clear(): void {
    this.indexes.length = 0;
    this.dictionary.clear();
  }
}

export class LowCardinalityColumn implements BlockColumn {
  readonly name: string;
  readonly type = 'LowCardinality(String)';
  readonly data: LowCardinalityData<ByteInterner>;

  constructor(name: string, dictionary: ByteInterner) {
    this.name = name;
    this.data = new LowCardinalityData(dictionary);
  }

  chunks(): readonly Uint8Array[] {
    return [lowCardinalityPrefix(), ...this.data.chunks()];
  }

  clear(): void {
    this.data.clear();
  }
}

/** Cumulative element counts, one a row: what `Array` and `Map` begin with. Below 2^32 elements a block. */
export class ListEnds {
  readonly ends: GrowingUint32 = new GrowingUint32(4096);

  chunk(): Uint8Array {
    const { values, length } = this.ends;
    const wide = new Uint32Array(2 * length);
    for (let row = 0; row < length; row++) wide[2 * row] = values[row]!;
    return new Uint8Array(wide.buffer);
  }
}

/** `Map(LowCardinality(String), V)` with the values as raw bytes. `lists.ends` gets one entry a row. */
export class MapColumn implements BlockColumn {
  readonly name: string;
  readonly type: string;
  readonly lists: ListEnds = new ListEnds();
  readonly keys: LowCardinalityData<DictionarySubset>;
  readonly values: GrowingBytes = new GrowingBytes(1 << 14);

  constructor(name: string, valueType: string, dictionary: DictionarySubset) {
    this.name = name;
    this.type = `Map(LowCardinality(String), ${valueType})`;
    this.keys = new LowCardinalityData(dictionary);
  }

  chunks(): readonly Uint8Array[] {
    return [lowCardinalityPrefix(), this.lists.chunk(), ...this.keys.chunks(), this.values.view()];
  }

  clear(): void {
    this.lists.ends.length = 0;
    this.keys.clear();
    this.values.length = 0;
  }
}

/** `Array(LowCardinality(String))` */
export class LowCardinalityArrayColumn implements BlockColumn {
  readonly name: string;
  readonly type = 'Array(LowCardinality(String))';
  readonly lists: ListEnds = new ListEnds();
  readonly data: LowCardinalityData<ByteInterner>;

  constructor(name: string, dictionary: ByteInterner) {
    this.name = name;
    this.data = new LowCardinalityData(dictionary);
  }

  chunks(): readonly Uint8Array[] {
    return [lowCardinalityPrefix(), this.lists.chunk(), ...this.data.chunks()];
  }

  clear(): void {
    this.lists.ends.length = 0;
    this.data.clear();
  }
}

/** `Array(T)` of fixed-size elements. */
export class RawArrayColumn implements BlockColumn {
  readonly name: string;
  readonly type: string;
  readonly lists: ListEnds = new ListEnds();
  readonly data: GrowingBytes = new GrowingBytes();

  constructor(name: string, elementType: string) {
    this.name = name;
    this.type = `Array(${elementType})`;
  }

  chunks(): readonly Uint8Array[] {
    return [this.lists.chunk(), this.data.view()];
  }

  clear(): void {
    this.lists.ends.length = 0;
    this.data.length = 0;
  }
}

/** The serialisation's version. A composite type writes the prefixes of all its parts first. */
function lowCardinalityPrefix(): Uint8Array {
  return uint64(1);
}

function uint64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
