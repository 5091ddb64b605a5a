/*
 * Attribute keys, names and many values repeat all the time. Short ASCII texts are looked up in a small table by a hash
 * of their bytes, which is several times cheaper than a TextDecoder call and shares the strings. The table is bounded:
 * a new text takes the place of the one in its slot.
 */
const SLOT_COUNT = 4096;
const MAX_CACHED_LENGTH = 48;
const slots: string[] = Array.from({ length: SLOT_COUNT }, () => '');

// A byte order mark is part of the text.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The UTF-8 text at `[start, end)`; what is not UTF-8 becomes U+FFFD. */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start;
  if (length === 0) return '';
  if (length > MAX_CACHED_LENGTH) return decoder.decode(bytes.subarray(start, end));
  let hash = length;
  let nonAscii = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] ?? 0;
    nonAscii |= byte;
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  if (nonAscii >= 0x80) return decoder.decode(bytes.subarray(start, end));
  const slot = (hash ^ (hash >>> 15)) & (SLOT_COUNT - 1);
  const cached = slots[slot] ?? '';
  if (cached.length === length && equals(cached, bytes, start)) return cached;
  const text = decoder.decode(bytes.subarray(start, end));
  slots[slot] = text;
  return text;
}

function equals(text: string, bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false;
  return true;
}
