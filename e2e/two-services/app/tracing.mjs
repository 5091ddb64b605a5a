// Preloaded in both services: our SDK, configured by OTEL_* variables, with its own instrumentation of HTTP
// and the ecosystem's of gRPC.
import { register } from 'node:module';
import autoInstrumentations from '@opentelemetry/auto-instrumentations-node';
import { startTracing } from '@throughline/sdk';

register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);
export const tracing = startTracing({
  propagation: { grpc: ['b3'] },
  instrumentations: [autoInstrumentations.getNodeAutoInstrumentations()],
});
