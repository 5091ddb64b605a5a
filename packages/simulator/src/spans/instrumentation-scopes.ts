import { emptyAttributes, type InstrumentationScope } from '@throughline/model';

/** What a span is about, by which its instrumentation is chosen. */
export type Instrumented = 'http' | 'grpc' | 'database' | 'messaging' | 'application';

/** Names as the instrumentation of each language reports them. */
const NAMES: Readonly<Record<string, Readonly<Record<Instrumented, string>>>> = {
  nodejs: {
    http: '@opentelemetry/instrumentation-http',
    grpc: '@opentelemetry/instrumentation-grpc',
    database: '@opentelemetry/instrumentation-pg',
    messaging: '@opentelemetry/instrumentation-kafkajs',
    application: 'application',
  },
  java: {
    http: 'io.opentelemetry.tomcat-10.0',
    grpc: 'io.opentelemetry.grpc-1.6',
    database: 'io.opentelemetry.jdbc',
    messaging: 'io.opentelemetry.kafka-clients-2.6',
    application: 'application',
  },
  python: {
    http: 'opentelemetry.instrumentation.asgi',
    grpc: 'opentelemetry.instrumentation.grpc',
    database: 'opentelemetry.instrumentation.psycopg',
    messaging: 'opentelemetry.instrumentation.kafka',
    application: 'application',
  },
  go: {
    http: 'go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp',
    grpc: 'go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc',
    database: 'github.com/XSAM/otelsql',
    messaging: 'github.com/IBM/sarama/otelsarama',
    application: 'application',
  },
};
const OTHER: Readonly<Record<Instrumented, string>> = {
  http: 'http',
  grpc: 'grpc',
  database: 'database',
  messaging: 'messaging',
  application: 'application',
};

const scopes = new Map<string, InstrumentationScope>();

/** The scope of a language's instrumentation, the same object each time. */
export function scopeOf(language: string, instrumented: Instrumented): InstrumentationScope {
  const name = (NAMES[language] ?? OTHER)[instrumented];
  let scope = scopes.get(name);
  if (scope === undefined) {
    scope = { name, version: '', attributes: emptyAttributes, droppedAttributesCount: 0, schemaUrl: SCHEMA_URL };
    scopes.set(name, scope);
  }
  return scope;
}

/** The version of the semantic conventions that the spans follow. */
const SCHEMA_URL = 'https://opentelemetry.io/schemas/1.44.0';
