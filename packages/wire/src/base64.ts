const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const VALUE_OF_CODE: Int8Array = new Int8Array(128).fill(-1);
for (let i = 0; i < ALPHABET.length; i++) VALUE_OF_CODE[ALPHABET.charCodeAt(i)] = i;
// The URL-safe alphabet is read too.
VALUE_OF_CODE['-'.charCodeAt(0)] = 62;
VALUE_OF_CODE['_'.charCodeAt(0)] = 63;

/** Bytes as base64 with padding (RFC 4648 section 4). */
export function base64FromBytes(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const group = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += digit(group >> 18) + digit(group >> 12);
    text += i + 1 < bytes.length ? digit(group >> 6) : '=';
    text += i + 2 < bytes.length ? digit(group) : '=';
  }
  return text;
}

function digit(bits: number): string {
  return ALPHABET.charAt(bits & 63);
}

/** The bytes of standard or URL-safe base64 with or without padding, or undefined if it is neither. */
export function bytesFromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  let length = text.length;
  while (length > 0 && length > text.length - 2 && text[length - 1] === '=') length--;
  if (length % 4 === 1 || (length < text.length && text.length % 4 !== 0)) return undefined;
  const bytes = new Uint8Array(Math.floor((length * 3) / 4));
  let bits = 0;
  let bitCount = 0;
  let at = 0;
  for (let i = 0; i < length; i++) {
    const value = VALUE_OF_CODE[text.charCodeAt(i)] ?? -1;
    if (value < 0) return undefined;
    bits = ((bits << 6) | value) & 0xffff;
    bitCount += 6;
    if (bitCount >= 8) {
      bitCount -= 8;
      bytes[at++] = (bits >> bitCount) & 0xff;
    }
  }
  return bytes;
}
