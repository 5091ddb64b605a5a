/** Below this length a loop is cheaper than a call into the runtime. */
const SHORT_TEXT_LENGTH = 64;

const encoder = new TextEncoder();
/** Node's buffers write text for half of what a `TextEncoder` takes; browsers have none. */
const bufferWrite: Buffer['write'] | undefined = typeof Buffer === 'function' ? Buffer.prototype.write : undefined;

/** Bytes of any content: whoever takes them writes them before they are read. */
export function allocateBytes(length: number): Uint8Array<ArrayBuffer> {
  return bufferWrite === undefined ? new Uint8Array(length) : Buffer.allocUnsafeSlow(length);
}

/** UTF-8 of `text` at `at`, of bytes that `allocateBytes` made: how many were written. A lone surrogate becomes U+FFFD. */
export function putText(bytes: Uint8Array<ArrayBuffer>, at: number, text: string): number {
  if (bufferWrite === undefined) return encoder.encodeInto(text, bytes.subarray(at)).written;
  return bufferWrite.call(bytes, text, at, bytes.length - at);
}

/**
 * `text` at `at` if it is ASCII: where it ends, or -1 if it is not (what was written is of no use then). At least one
 * byte more than the text has units must be free, by which the two can be told apart. `view` is of the same bytes.
 */
export function putAscii(bytes: Uint8Array<ArrayBuffer>, view: DataView, at: number, text: string): number {
  const { length } = text;
  if (length > SHORT_TEXT_LENGTH) return putText(bytes, at, text) === length ? at + length : -1;
  // Four units are written at once, and all are looked at in the end.
  let all = 0;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    const a = text.charCodeAt(i);
    const b = text.charCodeAt(i + 1);
    const c = text.charCodeAt(i + 2);
    const d = text.charCodeAt(i + 3);
    all |= a | b | c | d;
    view.setInt32(at + i, a | (b << 8) | (c << 16) | (d << 24), true);
  }
  for (; i < length; i++) {
    const code = text.charCodeAt(i);
    all |= code;
    bytes[at + i] = code;
  }
  return all < 0x80 ? at + length : -1;
}
