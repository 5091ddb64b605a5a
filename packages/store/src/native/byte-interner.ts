import { GrowingBytes, GrowingUint32 } from './growable.ts';

/**
 * Distinct byte strings with dense ids in order of first sight. Id 0 is the empty string.
 *
 * The table's hash is seeded at random so that a sender cannot choose keys that collide; {@link contentHash} is the
 * same in every process.
 */
export class ByteInterner {
  readonly data: GrowingBytes = new GrowingBytes();
  /** End offset of each entry in `data`. */
  readonly ends: GrowingUint32 = new GrowingUint32();
  readonly #contentHashes: GrowingUint32 = new GrowingUint32();
  /** Id + 1 by slot, 0 for a free slot. */
  #slots: Uint32Array = new Uint32Array(1024);
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed | 0;
    this.clear();
  }

  get size(): number {
    return this.ends.length;
  }

  clear(): void {
    this.data.length = 0;
    this.ends.length = 0;
    this.#contentHashes.length = 0;
    if (this.#slots.length > 65_536) this.#slots = new Uint32Array(1024);
    else this.#slots.fill(0);
    this.intern(this.data.bytes, 0, 0);
  }

  intern(source: Uint8Array, start: number, end: number): number {
    let hash = this.#seed;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ source[i]!, 0x01000193);
    hash ^= hash >>> 15;
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const entry = this.#slots[slot]!;
      if (entry === 0) break;
      if (this.equals(entry - 1, source, start, end)) return entry - 1;
      slot = (slot + 1) & mask;
    }
    const id = this.ends.length;
    this.data.append(source, start, end);
    this.ends.push(this.data.length);
    this.#contentHashes.push(hashBytes(source, start, end));
    this.#slots[slot] = id + 1;
    if (2 * this.ends.length > this.#slots.length) this.#grow();
    return id;
  }

  equals(id: number, source: Uint8Array, start: number, end: number): boolean {
    const { bytes } = this.data;
    let at = id === 0 ? 0 : this.ends.values[id - 1]!;
    if (this.ends.values[id]! - at !== end - start) return false;
    for (let i = start; i < end; i++) if (bytes[at++] !== source[i]) return false;
    return true;
  }

  /** The entry as a `String` value: a varint length and the bytes. */
  appendKey(id: number, target: GrowingBytes): void {
    const start = id === 0 ? 0 : this.ends.values[id - 1]!;
    const end = this.ends.values[id]!;
    target.appendVarint(end - start);
    target.append(this.data.bytes, start, end);
  }

  contentHash(id: number): number {
    return this.#contentHashes.values[id]!;
  }

  #grow(): void {
    const slots = new Uint32Array(2 * this.#slots.length);
    const mask = slots.length - 1;
    const { bytes } = this.data;
    let start = 0;
    for (let id = 0; id < this.ends.length; id++) {
      const end = this.ends.values[id]!;
      let hash = this.#seed;
      for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
      hash ^= hash >>> 15;
      let slot = hash & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = id + 1;
      start = end;
    }
    this.#slots = slots;
  }
}

/** 32-bit FNV-1a over the bytes, then mixed. Stable: it is stored. */
export function hashBytes(source: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ source[i]!, 0x01000193);
  return mixHash(hash);
}

/** The finaliser of MurmurHash3 (32 bit): every input bit changes every output bit. */
export function mixHash(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
