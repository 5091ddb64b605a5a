/**
 * Calls `take` with the range of each message of a list as `events` and `links` are stored: one after the other, each
 * behind its varint length. Returns how many there are.
 */
export function eachMessage(
  bytes: Uint8Array,
  listStart: number,
  listEnd: number,
  take: (bytes: Uint8Array, start: number, end: number) => void,
): number {
  let count = 0;
  let at = listStart;
  while (at < listEnd) {
    let length = 0;
    let factor = 1;
    let byte: number;
    do {
      byte = bytes[at++] ?? 0;
      length += (byte & 127) * factor;
      factor *= 128;
    } while (byte > 127);
    take(bytes, at, at + length);
    at += length;
    count++;
  }
  return count;
}
