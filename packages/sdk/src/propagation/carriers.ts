import type { TextMapGetter, TextMapSetter } from '@opentelemetry/api';

/** Reads from and writes to one kind of carrier. */
export interface CarrierAccess<Carrier> extends TextMapGetter<Carrier>, TextMapSetter<Carrier> {}

/**
 * Environment variables: `traceparent` is `TRACEPARENT`, `x-b3-traceid` is `X_B3_TRACEID`.
 * Source: OpenTelemetry specification, Environment Variables as Context Propagation Carriers.
 */
export const environmentCarrier: CarrierAccess<Record<string, string | undefined>> = {
  keys: (carrier) => Object.keys(carrier),
  get: (carrier, key) => own(carrier, environmentName(key)),
  set: (carrier, key, value) => put(carrier, environmentName(key), value),
};

/** Kafka headers as kafkajs and others give them: values are strings, Buffers or lists of them. */
export type KafkaHeaders = Record<string, string | Uint8Array | readonly (string | Uint8Array)[] | undefined>;

export const kafkaCarrier: CarrierAccess<KafkaHeaders> = {
  keys: (carrier) => Object.keys(carrier),
  get: (carrier, key) => texts(own(carrier, key)),
  set: (carrier, key, value) => put(carrier, key, value),
};

/** AMQP headers (`properties.headers` of amqplib) and plain objects: values of any type, text is read. */
export const plainCarrier: CarrierAccess<Record<string, unknown>> = {
  keys: (carrier) => Object.keys(carrier),
  get: (carrier, key) => texts(own(carrier, key)),
  set: (carrier, key, value) => put(carrier, key, value),
};

/** Message attributes of SQS and SNS. */
export type SqsAttributes = Record<
  string,
  { readonly DataType?: string | undefined; readonly StringValue?: string | undefined }
>;

/** SQS takes ten attributes a message; what is beyond them is not written. */
export const MAX_SQS_ATTRIBUTES = 10;

export const sqsCarrier: CarrierAccess<SqsAttributes> = {
  keys: (carrier) => Object.keys(carrier),
  get: (carrier, key) => texts(own(carrier, key)?.StringValue),
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
  keys: (carrier) => Object.keys(carrier.getMap()),
  get: (carrier, key) => texts(carrier.get(key)),
  set: (carrier, key, value) => carrier.set(key, value),
};

function environmentName(key: string): string {
  return key.toUpperCase().replaceAll(/[^A-Z0-9_]/g, '_');
}

function own<Value>(carrier: Record<string, Value>, key: string): Value | undefined {
  return Object.hasOwn(carrier, key) ? carrier[key] : undefined;
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
