/**
 * A typed attribute value with OTLP's `AnyValue` types kept exactly:
 * `string`, `boolean`, `bigint` (int64), `number` (double), bytes, arrays, maps, and `null` (an empty `AnyValue`).
 * A `number` is always a double and a `bigint` always an int64.
 *
 * Source: opentelemetry-proto `common/v1/common.proto`.
 */
export type AttributeValue =
  | string
  | boolean
  | bigint
  | number
  | Uint8Array
  | null
  | readonly AttributeValue[]
  | Attributes;

/** Attributes by key, in the order received. Keys are unique: of repeated keys the last value stays. */
export interface Attributes extends ReadonlyMap<string, AttributeValue> {}

export const emptyAttributes: Attributes = new Map<string, AttributeValue>();

/** An attribute map, as opposed to bytes, an array or a scalar. */
export function isAttributes(value: AttributeValue): value is Attributes {
  return value instanceof Map;
}
