/**
 * Reads the engine's `Native` format into columns. Types: `String`, `FixedString(n)`, the integers, `Float64`, `Bool`,
 * `LowCardinality(String)`, `Array(T)`, `Map(K, V)`. Throws on anything else: a query of ours asked for it.
 */
export type NativeColumn = NumberColumn | BigIntColumn | BytesColumn | DictionaryColumn | ListColumn | MapOfColumns;

export interface NumberColumn {
  readonly kind: 'number';
  readonly values: Uint8Array | Uint16Array | Uint32Array | Int8Array | Int16Array | Int32Array | Float64Array;
}
export interface BigIntColumn {
  readonly kind: 'bigint';
  readonly values: BigUint64Array | BigInt64Array;
}
/** Row `r` is `bytes[starts[r], ends[r])`. */
export interface BytesColumn {
  readonly kind: 'bytes';
  readonly bytes: Buffer;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}
export interface DictionaryColumn {
  readonly kind: 'dictionary';
  readonly keys: BytesColumn;
  readonly indexes: Uint8Array | Uint16Array | Uint32Array;
  /** Decoded keys, filled as they are asked for. */
  readonly texts: (string | undefined)[];
}
/** Elements of row `r` are `[ends[r - 1] ?? 0, ends[r])` of `elements`. */
export interface ListColumn {
  readonly kind: 'list';
  readonly ends: Uint32Array;
  readonly elements: NativeColumn;
}
export interface MapOfColumns {
  readonly kind: 'map';
  readonly ends: Uint32Array;
  readonly keys: NativeColumn;
  readonly values: NativeColumn;
}

export interface NativeBlock {
  readonly rowCount: number;
  readonly columns: ReadonlyMap<string, NativeColumn>;
}

/** All blocks of a result; an empty result has none. */
export function readNativeBlocks(result: Uint8Array): NativeBlock[] {
  const reader = new Reader(Buffer.from(result.buffer, result.byteOffset, result.byteLength));
  const blocks: NativeBlock[] = [];
  while (!reader.atEnd) {
    const columnCount = reader.varint();
    const rowCount = reader.varint();
    const columns = new Map<string, NativeColumn>();
    for (let i = 0; i < columnCount; i++) {
      const name = reader.text();
      const type = parseType(reader.text());
      if (rowCount > 0) readPrefix(reader, type);
      columns.set(name, readColumn(reader, type, rowCount));
    }
    if (rowCount > 0) blocks.push({ rowCount, columns });
  }
  return blocks;
}

type NativeType =
  | { readonly kind: 'plain'; readonly name: string }
  | { readonly kind: 'fixed'; readonly size: number }
  | { readonly kind: 'dictionary' }
  | { readonly kind: 'list'; readonly element: NativeType }
  | { readonly kind: 'map'; readonly key: NativeType; readonly value: NativeType };

const types = new Map<string, NativeType>();

function parseType(text: string): NativeType {
  const known = types.get(text);
  if (known !== undefined) return known;
  const type = parseTypeText(text);
  if (types.size < 1000) types.set(text, type);
  return type;
}

function parseTypeText(text: string): NativeType {
  const open = text.indexOf('(');
  if (open < 0) return { kind: 'plain', name: text };
  const outer = text.slice(0, open);
  const inner = text.slice(open + 1, -1);
  switch (outer) {
    case 'FixedString':
      return { kind: 'fixed', size: Number(inner) };
    case 'LowCardinality':
      if (inner === 'String') return { kind: 'dictionary' };
      break;
    case 'Array':
      return { kind: 'list', element: parseType(inner) };
    case 'Map': {
      const comma = topLevelComma(inner);
      return { kind: 'map', key: parseType(inner.slice(0, comma)), value: parseType(inner.slice(comma + 1).trim()) };
    }
    case 'SimpleAggregateFunction':
      return parseType(inner.slice(topLevelComma(inner) + 1).trim());
    default:
  }
  throw new Error(`column type ${text} is not read`);
}

function topLevelComma(text: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')') depth--;
    else if (text[i] === ',' && depth === 0) return i;
  }
  throw new Error(`no comma in the type arguments ${text}`);
}

/** The serialisations' versions, those of all parts before any data. */
function readPrefix(reader: Reader, type: NativeType): void {
  if (type.kind === 'dictionary') {
    const version = reader.uint64();
    if (version !== 1) throw new Error(`LowCardinality serialisation ${version} is not read`);
  } else if (type.kind === 'list') {
    readPrefix(reader, type.element);
  } else if (type.kind === 'map') {
    readPrefix(reader, type.key);
    readPrefix(reader, type.value);
  }
}

function readColumn(reader: Reader, type: NativeType, rowCount: number): NativeColumn {
  switch (type.kind) {
    case 'plain':
      return type.name === 'String' ? reader.strings(rowCount) : readNumbers(reader, type.name, rowCount);
    case 'fixed':
      return reader.fixedStrings(rowCount, type.size);
    case 'dictionary':
      return readDictionary(reader, rowCount);
    case 'list': {
      const ends = reader.ends(rowCount);
      return { kind: 'list', ends, elements: readColumn(reader, type.element, ends.at(-1) ?? 0) };
    }
    case 'map': {
      const ends = reader.ends(rowCount);
      const elementCount = ends.at(-1) ?? 0;
      return {
        kind: 'map',
        ends,
        keys: readColumn(reader, type.key, elementCount),
        values: readColumn(reader, type.value, elementCount),
      };
    }
  }
}

function readNumbers(reader: Reader, name: string, rowCount: number): NativeColumn {
  switch (name) {
    case 'UInt8':
    case 'Bool':
      return { kind: 'number', values: new Uint8Array(reader.copy(rowCount)) };
    case 'Int8':
      return { kind: 'number', values: new Int8Array(reader.copy(rowCount)) };
    case 'UInt16':
      return { kind: 'number', values: new Uint16Array(reader.copy(2 * rowCount)) };
    case 'Int16':
      return { kind: 'number', values: new Int16Array(reader.copy(2 * rowCount)) };
    case 'UInt32':
    case 'DateTime':
      return { kind: 'number', values: new Uint32Array(reader.copy(4 * rowCount)) };
    case 'Int32':
      return { kind: 'number', values: new Int32Array(reader.copy(4 * rowCount)) };
    case 'Float64':
      return { kind: 'number', values: new Float64Array(reader.copy(8 * rowCount)) };
    case 'UInt64':
      return { kind: 'bigint', values: new BigUint64Array(reader.copy(8 * rowCount)) };
    case 'Int64':
      return { kind: 'bigint', values: new BigInt64Array(reader.copy(8 * rowCount)) };
    default:
      throw new Error(`column type ${name} is not read`);
  }
}

const NO_KEYS: BytesColumn = {
  kind: 'bytes',
  bytes: Buffer.alloc(0),
  starts: new Uint32Array(0),
  ends: new Uint32Array(0),
};

function readDictionary(reader: Reader, rowCount: number): DictionaryColumn {
  // Without elements the engine writes no body.
  if (rowCount === 0) return { kind: 'dictionary', keys: NO_KEYS, indexes: new Uint8Array(0), texts: [] };
  const width = reader.uint64() & 0xff;
  const keys = reader.strings(reader.uint64());
  const count = reader.uint64();
  if (count !== rowCount) throw new Error(`${count} dictionary indexes for ${rowCount} rows`);
  const indexes =
    width === 0
      ? new Uint8Array(reader.copy(count))
      : width === 1
        ? new Uint16Array(reader.copy(2 * count))
        : new Uint32Array(reader.copy(4 * count));
  return { kind: 'dictionary', keys, indexes, texts: [] };
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  varint(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new Error('the result ends within a number');
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
  }

  uint64(): number {
    const value = this.#bytes.readUInt32LE(this.#at) + this.#bytes.readUInt32LE(this.#at + 4) * 2 ** 32;
    this.#at += 8;
    return value;
  }

  text(): string {
    const length = this.varint();
    const text = this.#bytes.toString('utf8', this.#at, this.#at + length);
    this.#at += length;
    return text;
  }

  /** A copy, because typed arrays need aligned memory of their own. */
  copy(byteCount: number): ArrayBuffer {
    if (this.#at + byteCount > this.#bytes.length) throw new Error('the result ends within a column');
    const copied = new Uint8Array(byteCount);
    copied.set(this.#bytes.subarray(this.#at, this.#at + byteCount));
    this.#at += byteCount;
    return copied.buffer;
  }

  ends(rowCount: number): Uint32Array {
    // Offsets within a result are far below 2^32: the lower half is all of them.
    const halves = new Uint32Array(this.copy(8 * rowCount));
    const ends = new Uint32Array(rowCount);
    for (let row = 0; row < rowCount; row++) ends[row] = halves[2 * row] ?? 0;
    return ends;
  }

  strings(rowCount: number): BytesColumn {
    const starts = new Uint32Array(rowCount);
    const ends = new Uint32Array(rowCount);
    const bytes = this.#bytes;
    let at = this.#at;
    for (let row = 0; row < rowCount; row++) {
      // Nearly all are short, and there are many.
      let length = bytes[at] ?? 0;
      if (length < 0x80) {
        at++;
      } else {
        this.#at = at;
        length = this.varint();
        at = this.#at;
      }
      starts[row] = at;
      at += length;
      ends[row] = at;
    }
    this.#at = at;
    if (this.#at > this.#bytes.length) throw new Error('the result ends within a column');
    return { kind: 'bytes', bytes: this.#bytes, starts, ends };
  }

  fixedStrings(rowCount: number, size: number): BytesColumn {
    const starts = new Uint32Array(rowCount);
    const ends = new Uint32Array(rowCount);
    for (let row = 0; row < rowCount; row++) {
      starts[row] = this.#at;
      this.#at += size;
      ends[row] = this.#at;
    }
    if (this.#at > this.#bytes.length) throw new Error('the result ends within a column');
    return { kind: 'bytes', bytes: this.#bytes, starts, ends };
  }
}
