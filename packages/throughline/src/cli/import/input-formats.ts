/**
 * How the bytes of a file hold spans. `json-lines`: a JSON value a line, each in any of the JSON formats;
 * `length-prefixed`: OTLP messages, each behind its length in 4 bytes (big-endian).
 */
export const INPUT_FORMATS = [
  'otlp-json',
  'json-lines',
  'otlp-protobuf',
  'length-prefixed',
  'jaeger',
  'zipkin',
  'simple',
] as const;

export type InputFormat = (typeof INPUT_FORMATS)[number];
