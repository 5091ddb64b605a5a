import { type AttributeValue, isAttributes } from '@throughline/model';

/** The word for a value's type, OTLP's distinctions kept. */
export function typeOf(value: AttributeValue): string {
  if (value === null) return 'empty';
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof Map) return 'map';
  if (Array.isArray(value)) return 'array';
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'bigint':
      return 'int';
    case 'number':
      return 'double';
    default:
      return 'bool';
  }
}

const MAX_BYTES_SHOWN = 256;

/** A value as text: strings as they are, the rest as JSON would have it; bytes as hex. */
export function textOf(value: AttributeValue): string {
  return typeof value === 'string' ? value : nestedText(value, '');
}

function nestedText(value: AttributeValue, indent: string): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof Uint8Array) return bytesText(value);
  const inner = `${indent}  `;
  if (isAttributes(value)) {
    const parts = [...value].map(([key, item]) => `${inner}${JSON.stringify(key)}: ${nestedText(item, inner)}`);
    return parts.length === 0 ? '{}' : `{\n${parts.join(',\n')}\n${indent}}`;
  }
  if (typeof value === 'object') {
    const parts = value.map((element) => nestedText(element, inner));
    const line = `[${parts.join(', ')}]`;
    return line.length <= 72 && !line.includes('\n')
      ? line
      : `[\n${parts.map((p) => inner + p).join(',\n')}\n${indent}]`;
  }
  return String(value);
}

function bytesText(bytes: Uint8Array): string {
  const hex = Array.from(bytes.subarray(0, MAX_BYTES_SHOWN), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return bytes.length > MAX_BYTES_SHOWN ? `${hex}… (${bytes.length} bytes)` : hex;
}
