import { isUtf8 } from 'node:buffer';
import type { ByteInterner } from './byte-interner.ts';
import type { GrowingBytes } from './growable.ts';

const PRIME = 0x01000193;
const BASIS = 0x811c9dc5 | 0;

/** Appends a `String` value and returns `seed` hashed with it. */
export function appendText(target: GrowingBytes, source: Uint8Array, start: number, end: number, seed: number): number {
  const count = end - start;
  target.reserve(count + 5);
  const before = target.length;
  target.appendVarint(count);
  const { bytes } = target;
  let at = target.length;
  let hash = seed ^ BASIS;
  let highBits = 0;
  for (let i = start; i < end; i++) {
    const byte = source[i]!;
    highBits |= byte;
    hash = Math.imul(hash ^ byte, PRIME);
    bytes[at++] = byte;
  }
  if (highBits > 127 && !isUtf8(source.subarray(start, end))) {
    target.length = before;
    const replaced = replaceInvalid(source, start, end);
    return appendText(target, replaced, 0, replaced.length, seed);
  }
  target.length = at;
  return hash;
}

/** Interns text; what is not UTF-8 becomes what every reader would make of it. */
export class TextInterning {
  /** Interned text that is not UTF-8, and what stands for it. */
  readonly #replacements = new Map<ByteInterner, Map<number, number>>();

  clear(): void {
    this.#replacements.clear();
  }

  intern(interner: ByteInterner, source: Uint8Array, start: number, end: number): number {
    const before = interner.size;
    const id = interner.intern(source, start, end);
    if (id === before && !isUtf8(source.subarray(start, end))) {
      const replaced = replaceInvalid(source, start, end);
      const replacement = interner.intern(replaced, 0, replaced.length);
      let known = this.#replacements.get(interner);
      if (known === undefined) this.#replacements.set(interner, (known = new Map()));
      known.set(id, replacement);
    }
    if (this.#replacements.size === 0) return id;
    return this.#replacements.get(interner)?.get(id) ?? id;
  }
}

export function internString(interner: ByteInterner, text: string): number {
  const bytes = Buffer.from(text);
  return interner.intern(bytes, 0, bytes.length);
}

function replaceInvalid(source: Uint8Array, start: number, end: number): Uint8Array {
  return Buffer.from(Buffer.from(source.buffer, source.byteOffset + start, end - start).toString('utf8'));
}
