import { type AttributeValue, isAttributes } from '@throughline/model';
import { base64FromBytes } from '../base64.ts';

/**
 * An attribute value as text, for formats whose tags are strings: strings as they are, null as '', bytes as base64,
 * arrays and maps as JSON (in which int64 keeps all its digits, bytes are base64 and non-finite doubles are strings).
 * Source: OpenTelemetry specification, common/README "Representation of AnyValue for non-OTLP".
 */
export function attributeText(value: AttributeValue): string {
  if (typeof value === 'string') return value;
  if (value === null) return '';
  if (value instanceof Uint8Array) return base64FromBytes(value);
  return typeof value === 'object' ? jsonText(value) : String(value);
}

function jsonText(value: AttributeValue): string {
  if (value === null) return 'null';
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number' && !Number.isFinite(value)) return JSON.stringify(String(value));
  if (typeof value !== 'object') return JSON.stringify(value);
  if (value instanceof Uint8Array) return JSON.stringify(base64FromBytes(value));
  if (isAttributes(value)) {
    return `{${[...value].map(([key, item]) => `${JSON.stringify(key)}:${jsonText(item)}`).join(',')}}`;
  }
  return `[${value.map(jsonText).join(',')}]`;
}
