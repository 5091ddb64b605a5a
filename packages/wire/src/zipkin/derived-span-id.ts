/**
 * A span id made from a text: always the same for the same text, never zero, and as unlikely to meet another as a random
 * one. Two lanes of 32-bit FNV-1a (over UTF-16 code units), each mixed into the other by MurmurHash3's finaliser.
 */
export function derivedSpanId(text: string): string {
  let low = 0x811c9dc5;
  let high = 0x9e3779b9;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x85ebca6b);
    high ^= high >>> 15;
  }
  const mixedLow = mixed(low ^ mixed(high));
  const mixedHigh = mixed(high ^ mixedLow);
  return hex(mixedHigh) + hex(mixedHigh === 0 && mixedLow === 0 ? 1 : mixedLow);
}

function mixed(value: number): number {
  let mix = value ^ (value >>> 16);
  mix = Math.imul(mix, 0x85ebca6b);
  mix ^= mix >>> 13;
  mix = Math.imul(mix, 0xc2b2ae35);
  return (mix ^ (mix >>> 16)) >>> 0;
}

function hex(uint32: number): string {
  return uint32.toString(16).padStart(8, '0');
}
