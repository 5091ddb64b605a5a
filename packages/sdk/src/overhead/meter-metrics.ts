import {
  type BatchObservableCallback,
  createNoopMeter,
  type Histogram,
  type Meter,
  type MeterProvider,
  metrics,
  type Observable,
  ValueType,
} from '@opentelemetry/api';

import {
  EXPORT_DURATION,
  exporterAttributes,
  NUMBER_METRICS,
  type NumberMetric,
  withErrorType,
} from './metric-definitions.ts';
import type { OverheadSnapshot, QueueOverhead } from './overhead-snapshot.ts';

const SCOPE_NAME = '@throughline/sdk';

interface Registered {
  readonly provider: MeterProvider;
  /** Undefined: its meter is the API's own, which does nothing. */
  readonly histogram?: Histogram;
  readonly unregister?: () => void;
}

/**
 * The metrics on the meter that is registered with the API. An application may register it later than tracing, or
 * another one: `follow` looks again.
 */
export class MeterMetrics {
  private readonly snapshot: () => OverheadSnapshot;
  private registered: Registered | undefined = undefined;
  private isClosed = false;

  constructor(snapshot: () => OverheadSnapshot) {
    this.snapshot = snapshot;
  }

  follow(): void {
    const provider = metrics.getMeterProvider();
    if (this.isClosed || provider === this.registered?.provider) return;
    this.registered?.unregister?.();
    this.registered = register(provider, this.snapshot);
  }

  recordExport(
    queue: Pick<QueueOverhead, 'processorType' | 'processorName' | 'exporterType' | 'exporterName'>,
    seconds: number,
    reason: string | undefined,
  ): void {
    this.follow();
    const histogram = this.registered?.histogram;
    if (histogram !== undefined) histogram.record(seconds, withErrorType(exporterAttributes(queue), reason));
  }

  close(): void {
    this.isClosed = true;
    this.registered?.unregister?.();
    this.registered = undefined;
  }
}

function register(provider: MeterProvider, snapshot: () => OverheadSnapshot): Registered {
  const meter = provider.getMeter(SCOPE_NAME);
  if (meter === createNoopMeter()) return { provider };
  const observables = NUMBER_METRICS.map((metric) => [metric, observable(meter, metric)] as const);
  const observe: BatchObservableCallback = (result) => {
    const now = snapshot();
    for (const [metric, instrument] of observables) {
      for (const { value, attributes } of metric.read(now)) result.observe(instrument, value, attributes);
    }
  };
  const instruments = observables.map(([, instrument]) => instrument);
  meter.addBatchObservableCallback(observe, instruments);
  return {
    provider,
    histogram: meter.createHistogram(EXPORT_DURATION.name, {
      unit: EXPORT_DURATION.unit,
      description: EXPORT_DURATION.description,
      valueType: ValueType.DOUBLE,
      advice: { explicitBucketBoundaries: [...EXPORT_DURATION.boundaries] },
    }),
    unregister: () => meter.removeBatchObservableCallback(observe, instruments),
  };
}

function observable(meter: Meter, { name, kind, unit, description, isInteger }: NumberMetric): Observable {
  const options = { unit, description, valueType: isInteger ? ValueType.INT : ValueType.DOUBLE };
  return kind === 'counter'
    ? meter.createObservableCounter(name, options)
    : meter.createObservableUpDownCounter(name, options);
}
