import type { TextMapGetter, TextMapSetter } from '@opentelemetry/api';

/** Reads from and writes to one kind of carrier. A message without headers (undefined, null) is read as an empty one. */
export interface CarrierAccess<Carrier> extends TextMapGetter<Carrier>, TextMapSetter<Carrier> {}

/**
 * Environment variables: `traceparent` is `TRACEPARENT`, `x-b3-traceid` is `X_B3_TRACEID`. Baggage in headers of its own
 * (`uberctx-KEY`, `ot-baggage-KEY`) is written and not found again: names of variables do not tell the key.
 * Source: OpenTelemetry specification, Environment Variables as Context Propagation Carriers.
 */
export const environmentCarrier: CarrierAccess<Record<string, string | undefined>> = {
  keys: (carrier) => keysOf(carrier).filter((name) => ENVIRONMENT_NAME.test(name)),
  get: (carrier, key) => own(carrier, environmentName(key)),
  set: (carrier, key, value) => put(carrier, environmentName(key), value),
};

/** Kafka headers as kafkajs and others give them: values are strings, Buffers or lists of them. */
export type KafkaHeaders = Record<string, string | Uint8Array | readonly (string | Uint8Array)[] | undefined>;

export const kafkaCarrier: CarrierAccess<KafkaHeaders> = {
  keys: keysOf,
  get: (carrier, key) => texts(own(carrier, key)),
  set: (carrier, key, value) => put(carrier, key, value),
};

/** AMQP headers (`properties.headers` of amqplib) and plain objects: values of any type, text is read. */
export const plainCarrier: CarrierAccess<Record<string, unknown>> = {
  keys: keysOf,
  get: (carrier, key) => texts(own(carrier, key)),
  set: (carrier, key, value) => put(carrier, key, value),
};

/** A text as the API of SQS and SNS has it, as Lambda is given it, or as a notification of SNS holds it. */
export interface SqsAttribute {
  readonly DataType?: string | undefined;
  readonly StringValue?: string | undefined;
  readonly dataType?: string | undefined;
  readonly stringValue?: string | undefined;
  readonly Type?: string | undefined;
  readonly Value?: string | undefined;
}

/** Message attributes of SQS and SNS. */
export type SqsAttributes = Record<string, SqsAttribute>;

/** SQS takes ten attributes a message; what is beyond them is not written. */
export const MAX_SQS_ATTRIBUTES = 10;

export const sqsCarrier: CarrierAccess<SqsAttributes> = {
  keys: keysOf,
  get(carrier, key) {
    const attribute = own(carrier, key);
    return texts(attribute?.StringValue ?? attribute?.stringValue ?? attribute?.Value);
  },
  set(carrier, key, value) {
    if (!Object.hasOwn(carrier, key) && Object.keys(carrier).length >= MAX_SQS_ATTRIBUTES) return;
    put(carrier, key, { DataType: 'String', StringValue: value });
  },
};

/** What is needed of `Metadata` of `@grpc/grpc-js`. */
export interface GrpcMetadata {
  get(key: string): readonly (string | Uint8Array)[];
  set(key: string, value: string): void;
  getMap(): Record<string, unknown>;
}

export const grpcMetadataCarrier: CarrierAccess<GrpcMetadata> = {
  keys: (carrier) => keysOf(carrier?.getMap()),
  get: (carrier, key) => texts(carrier?.get(key)),
  set: (carrier, key, value) => carrier.set(key, value),
};

const ENVIRONMENT_NAME = /^[A-Z_][A-Z0-9_]*$/;

/** What is no ASCII goes first: the upper case of ß is SS. */
function environmentName(key: string): string {
  const name = key.replaceAll(/[^A-Za-z0-9_]/gu, '_').toUpperCase();
  return ENVIRONMENT_NAME.test(name) ? name : `_${name}`;
}

function keysOf(carrier: object | undefined | null): string[] {
  return Object.keys(carrier ?? {});
}

function own<Value>(carrier: Record<string, Value> | undefined | null, key: string): Value | undefined {
  return carrier !== undefined && carrier !== null && Object.hasOwn(carrier, key) ? carrier[key] : undefined;
}

/** As an own property, whatever the key (`__proto__`). */
function put<Value>(carrier: Record<string, Value>, key: string, value: NoInfer<Value>): void {
  Object.defineProperty(carrier, key, { value, enumerable: true, configurable: true, writable: true });
}

function texts(value: unknown): string | string[] | undefined {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (!Array.isArray(value)) return undefined;
  const found: string[] = [];
  for (const element of value) {
    if (typeof element === 'string') found.push(element);
    else if (element instanceof Uint8Array) found.push(new TextDecoder().decode(element));
  }
  return found.length === 0 ? undefined : found;
}
