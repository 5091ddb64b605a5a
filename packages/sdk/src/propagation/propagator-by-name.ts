import type { TextMapPropagator } from '@opentelemetry/api';

import { b3Propagator } from './b3.ts';
import { compositePropagator } from './composite.ts';
import { datadogPropagator } from './datadog.ts';
import { jaegerPropagator } from './jaeger.ts';
import { otTracePropagator } from './ot-trace.ts';
import { baggagePropagator } from './w3c-baggage.ts';
import { traceContextPropagator } from './w3c-trace-context.ts';
import { xRayPropagator } from './x-ray.ts';
import { xTraceIdPropagator } from './x-trace-id.ts';

/** The propagator of a name in `OTEL_PROPAGATORS`, or of our own (`datadog`, `xtraceid`); undefined for a name that is not known. `none` does nothing. */
export function propagatorByName(name: string): TextMapPropagator | undefined {
  switch (name) {
    case 'tracecontext':
      return traceContextPropagator();
    case 'baggage':
      return baggagePropagator();
    case 'b3':
      return b3Propagator();
    case 'b3multi':
      return b3Propagator({ inject: 'multi' });
    case 'jaeger':
      return jaegerPropagator();
    case 'xray':
      return xRayPropagator();
    case 'ottrace':
      return otTracePropagator();
    case 'datadog':
      return datadogPropagator();
    case 'xtraceid':
      return xTraceIdPropagator();
    case 'none':
      return compositePropagator([]);
    default:
      return undefined;
  }
}
