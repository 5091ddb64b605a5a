import { type Context, context, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';

/** The key that the official SDK's instrumentation looks for; `createContextKey` makes equal symbols of equal names. */
const SUPPRESS_TRACING: symbol = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

const suppressed: Context = ROOT_CONTEXT.setValue(SUPPRESS_TRACING, true);

/** Runs an exporter's own work where nothing is traced, and where no span of the application is kept alive. */
export function withoutTracing<T>(run: () => T): T {
  return context.with(suppressed, run);
}
