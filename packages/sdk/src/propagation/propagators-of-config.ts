import type { TextMapPropagator } from '@opentelemetry/api';

import type { PropagationConfig, PropagatorName } from '../config/tracing-config.ts';
import type { OverheadMeter } from '../overhead/overhead-meter.ts';
import { compositePropagator } from './composite.ts';
import { messagePropagator } from './message-propagator.ts';
import { propagatorByName } from './propagator-by-name.ts';

/** By transport. What is registered with the API is made of `http` and `grpc`: see `globalPropagator`. */
export interface TransportPropagators {
  readonly http: TextMapPropagator;
  /** The same as `http` unless they are configured differently. */
  readonly grpc: TextMapPropagator;
  /** Beside the configured ones: `trace_id`, `span_id` and `parent_id`, unless none is configured. */
  readonly messaging: TextMapPropagator;
}

/**
 * The propagators that a configuration describes; an empty list gives one that does nothing. `meter` is told what they
 * cost.
 */
export function propagatorsOfConfig(config: PropagationConfig, meter?: OverheadMeter): TransportPropagators {
  const composite = (names: readonly PropagatorName[]): TextMapPropagator =>
    compositePropagator(
      names.map(propagatorByName).filter((propagator) => propagator !== undefined),
      meter,
    );
  const http = composite(config.http);
  const messaging = composite(config.messaging);
  return {
    http,
    grpc: config.grpc.join() === config.http.join() ? http : composite(config.grpc),
    messaging: config.messaging.length === 0 ? messaging : messagePropagator(messaging),
  };
}
