import type { Attributes, Resource } from '@throughline/model';

/** A reference of a Jaeger span. Ids are normalised; a reference with unusable ids does not get this far. */
export interface JaegerReference {
  readonly followsFrom: boolean;
  readonly traceId: string;
  readonly spanId: string;
}

export interface JaegerLog {
  readonly timeUnixNano: bigint;
  readonly fields: Attributes;
  /** Fields of the input that could not be read. */
  readonly unreadableFieldsCount: number;
}

/**
 * A span in Jaeger's model, whichever encoding it came in: what Thrift and JSON are read into and written from.
 * Ids are lower-case hex, 32 and 16 digits, `''` for none; times are nanoseconds, which Jaeger cuts to microseconds.
 * Source: jaeger-idl `thrift/jaeger.thrift`.
 */
export interface JaegerSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** The legacy field; `references` goes first. */
  readonly parentSpanId: string;
  readonly operationName: string;
  readonly references: readonly JaegerReference[];
  /** 1 sampled, 2 debug, 8 firehose. */
  readonly flags: number;
  readonly startTimeUnixNano: bigint;
  readonly durationNano: bigint;
  readonly tags: Attributes;
  readonly logs: readonly JaegerLog[];
  readonly resource: Resource;
  /** Tags, logs and references of the input that could not be read. */
  readonly unreadableTagsCount: number;
  readonly unreadableLogsCount: number;
  readonly unreadableReferencesCount: number;
}
