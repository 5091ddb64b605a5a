import type { RandomStream } from '../random/random-stream.ts';

const HEX_OF_BYTE: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** A trace id with the bits by which its trace is sampled. */
export interface NewTraceId {
  readonly traceId: string;
  /** The last 56 bits as a share of all, in [0, 1). Source: W3C Trace Context level 2, random trace id. */
  readonly randomness: number;
}

export function newTraceId(random: RandomStream): NewTraceId {
  const third = random.uint32();
  const last = random.uint32();
  // All zero would be no id.
  const first = random.uint32() || 1;
  return {
    traceId: hex(first) + hex(random.uint32()) + hex(third) + hex(last),
    randomness: ((third & 0xffffff) * 2 ** 32 + last) / 2 ** 56,
  };
}

export function newSpanId(random: RandomStream): string {
  return hex(random.uint32() || 1) + hex(random.uint32());
}

/** A version 4 UUID. Source: RFC 9562, section 5.4. */
export function newUuid(random: RandomStream): string {
  const variant = ((random.uint32() & 0x3fffffff) | 0x80000000) >>> 0;
  const version = ((random.uint32() & 0xffff0fff) | 0x4000) >>> 0;
  const digits = hex(random.uint32()) + hex(version) + hex(variant) + hex(random.uint32());
  return [8, 12, 16, 20, 32].map((end, i) => digits.slice([0, 8, 12, 16, 20][i], end)).join('-');
}

function hex(word: number): string {
  return (
    (HEX_OF_BYTE[word >>> 24] ?? '') +
    (HEX_OF_BYTE[(word >>> 16) & 255] ?? '') +
    (HEX_OF_BYTE[(word >>> 8) & 255] ?? '') +
    (HEX_OF_BYTE[word & 255] ?? '')
  );
}
