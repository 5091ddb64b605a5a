import { metrics, ROOT_CONTEXT } from '@opentelemetry/api';
import { DataPointType, MeterProvider, MetricReader, type ScopeMetrics } from '@opentelemetry/sdk-metrics';
import { afterEach, expect, test } from 'vitest';

import type { BatchExporter, ExportOutcome } from '../../src/export/span-exporter.ts';
import { type MeasuredProvider, measuredProvider } from './measured-provider.ts';

class OnDemandReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

/** A meter provider and what it collects of our scope. */
function meterProvider(): { provider: MeterProvider; collected: () => Promise<ScopeMetrics['metrics']> } {
  const reader = new OnDemandReader();
  return {
    provider: new MeterProvider({ readers: [reader] }),
    collected: async () => {
      const { resourceMetrics, errors } = await reader.collect();
      expect(errors).toEqual([]);
      return resourceMetrics.scopeMetrics.find(({ scope }) => scope.name === '@throughline/sdk')?.metrics ?? [];
    },
  };
}

afterEach(() => metrics.disable());

/** Of every name, unit and kind that there is, with the name in Prometheus' text. */
const METRICS: readonly (readonly [string, string, 'counter' | 'gauge' | 'histogram', string])[] = [
  ['otel.sdk.span.started', '{span}', 'counter', 'otel_sdk_span_started_total'],
  ['otel.sdk.span.live', '{span}', 'gauge', 'otel_sdk_span_live'],
  ['otel.sdk.processor.span.queue.size', '{span}', 'gauge', 'otel_sdk_processor_span_queue_size'],
  ['otel.sdk.processor.span.queue.capacity', '{span}', 'gauge', 'otel_sdk_processor_span_queue_capacity'],
  ['otel.sdk.processor.span.processed', '{span}', 'counter', 'otel_sdk_processor_span_processed_total'],
  ['otel.sdk.exporter.span.inflight', '{span}', 'gauge', 'otel_sdk_exporter_span_inflight'],
  ['otel.sdk.exporter.span.exported', '{span}', 'counter', 'otel_sdk_exporter_span_exported_total'],
  ['throughline.sdk.overhead.queue.bytes', 'By', 'gauge', 'throughline_sdk_overhead_queue_bytes'],
  ['throughline.sdk.overhead.cpu.time', 's', 'counter', 'throughline_sdk_overhead_cpu_time_seconds_total'],
  [
    'throughline.sdk.overhead.thread.cpu.time',
    's',
    'counter',
    'throughline_sdk_overhead_thread_cpu_time_seconds_total',
  ],
  ['throughline.sdk.overhead.operations', '{operation}', 'counter', 'throughline_sdk_overhead_operations_total'],
  [
    'throughline.sdk.overhead.estimated_operations',
    '{operation}',
    'counter',
    'throughline_sdk_overhead_estimated_operations_total',
  ],
  [
    'throughline.sdk.overhead.monitor.cpu.time',
    's',
    'counter',
    'throughline_sdk_overhead_monitor_cpu_time_seconds_total',
  ],
  ['otel.sdk.exporter.operation.duration', 's', 'histogram', 'otel_sdk_exporter_operation_duration_seconds'],
];

/** Series and values of Prometheus' text, and the type of each family. */
function parsed(text: string): { types: Map<string, string>; series: Map<string, number> } {
  const types = new Map<string, string>();
  const series = new Map<string, number>();
  expect(text.endsWith('\n')).toBe(true);
  for (const line of text.split('\n').slice(0, -1)) {
    const [, family = '', type = ''] = /^# TYPE (\w+) (\w+)$/.exec(line) ?? [];
    if (family !== '') types.set(family, type);
    else if (!line.startsWith('# HELP ')) {
      const [, name = '', value = ''] = /^([a-z_]+(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
      expect(series.has(name) || name === '', line).toBe(false);
      series.set(name, Number(value));
    }
  }
  return { types, series };
}

function seriesName(family: string, attributes: object): string {
  const labels = Object.entries(attributes).map(([key, value]) => `${key.replaceAll('.', '_')}="${String(value)}"`);
  return labels.length === 0 ? family : `${family}{${labels.join(',')}}`;
}

/** The same as series, as the collected metrics say it. */
function seriesOf(collected: ScopeMetrics['metrics']): Map<string, number> {
  const series = new Map<string, number>();
  for (const metric of collected) {
    const family = METRICS.find(([name]) => name === metric.descriptor.name)?.[3] ?? metric.descriptor.name;
    if (metric.dataPointType === DataPointType.HISTOGRAM) {
      for (const { attributes, value } of metric.dataPoints) {
        let upTo = 0;
        value.buckets.counts.forEach((count, index) => {
          upTo += count;
          const le = value.buckets.boundaries[index] ?? '+Inf';
          series.set(seriesName(`${family}_bucket`, { ...attributes, le }), upTo);
        });
        series.set(seriesName(`${family}_sum`, attributes), value.sum ?? NaN);
        series.set(seriesName(`${family}_count`, attributes), value.count);
      }
    } else if (metric.dataPointType === DataPointType.SUM) {
      for (const { attributes, value } of metric.dataPoints) series.set(seriesName(family, attributes), value);
    }
  }
  return series;
}

/** Spans, a refused one, an export that fails in part and one that works; each takes a time of its own. */
async function work({ provider, clock }: MeasuredProvider, answer: (outcome: ExportOutcome) => void): Promise<void> {
  const tracer = provider.getTracer('t');
  for (let n = 0; n < 9; n++) {
    const span = tracer.startSpan('s', { attributes: { n } }, ROOT_CONTEXT).setAttribute('m', 1).addEvent('e');
    clock.nowMs += 1;
    span.end();
  }
  tracer.startSpan('live', {}, ROOT_CONTEXT);
  clock.nowMs += 30;
  answer({ exportedCount: 1, droppedCount: 1, dropReason: 'rejected' });
  await new Promise((resolve) => setImmediate(resolve));
  clock.nowMs += 40_000;
  answer({ exportedCount: 2, droppedCount: 0 });
  await new Promise((resolve) => setImmediate(resolve));
}

function measured() {
  const waiting: ((outcome: ExportOutcome) => void)[] = [];
  const exporter: BatchExporter = {
    name: 'held "one"\\',
    export: () => new Promise((resolve) => waiting.push(resolve)),
    timeWith: (timer) => timer.addThreadCpu(2_000_000),
    shutdown: async () => {},
  };
  const all = measuredProvider({ exporters: [exporter], batch: { maxBatchSpans: 2, maxQueueSpans: 8 } });
  all.clock.readMs = 1 / 64;
  return { ...all, answer: (outcome: ExportOutcome) => waiting.shift()?.(outcome) };
}

test('the meter and the text say the same, by the names of the conventions where they have one', async () => {
  const { provider, collected } = meterProvider();
  metrics.setGlobalMeterProvider(provider);
  const all = measured();
  all.monitor.followMeter();
  await work(all, all.answer);
  all.clock.readMs = 0;
  const found = await collected();
  expect(new Map(found.map(({ descriptor: { name, unit } }) => [name, unit]))).toEqual(
    new Map(METRICS.map(([name, unit]) => [name, unit])),
  );
  const { types, series } = parsed(all.monitor.prometheusText());
  expect(new Map(types)).toEqual(new Map(METRICS.map(([, , type, family]) => [family, type])));
  const escaped = new Map(
    [...seriesOf(found)].map(([name, value]) => [name.replaceAll('held "one"\\', 'held \\"one\\"\\\\'), value]),
  );
  expect(Object.fromEntries(series)).toEqual(Object.fromEntries(escaped));
  for (const metric of found) {
    if (metric.dataPointType !== DataPointType.SUM) continue;
    const kind = METRICS.find(([name]) => name === metric.descriptor.name)?.[2];
    expect(metric.isMonotonic, metric.descriptor.name).toBe(kind === 'counter');
  }

  // And it is what was done.
  const processor = 'otel_component_type="batching_span_processor",otel_component_name="batching_span_processor/0"';
  const held = 'held \\"one\\"\\\\';
  const exporter = `otel_component_type="${held}",otel_component_name="${held}/0"`;
  expect(Object.fromEntries(series)).toMatchObject({
    'otel_sdk_span_started_total{otel_span_sampling_result="RECORD_AND_SAMPLE",otel_span_parent_origin="none"}': 10,
    'otel_sdk_span_live{otel_span_sampling_result="RECORD_AND_SAMPLE"}': 1,
    [`otel_sdk_processor_span_queue_size{${processor}}`]: 4,
    [`otel_sdk_processor_span_queue_capacity{${processor}}`]: 8,
    [`otel_sdk_processor_span_processed_total{${processor}}`]: 8,
    [`otel_sdk_processor_span_processed_total{${processor},error_type="queue_full"}`]: 1,
    [`otel_sdk_exporter_span_inflight{${exporter}}`]: 4,
    [`otel_sdk_exporter_span_exported_total{${exporter}}`]: 3,
    [`otel_sdk_exporter_span_exported_total{${exporter},error_type="rejected"}`]: 1,
    [`otel_sdk_exporter_operation_duration_seconds_count{${exporter}}`]: 1,
    [`otel_sdk_exporter_operation_duration_seconds_bucket{${exporter},le="30"}`]: 0,
    [`otel_sdk_exporter_operation_duration_seconds_bucket{${exporter},le="+Inf"}`]: 1,
    [`otel_sdk_exporter_operation_duration_seconds_bucket{${exporter},error_type="rejected",le="0.05"}`]: 1,
    'throughline_sdk_overhead_estimated_operations_total{throughline_sdk_overhead_part="attributes",throughline_sdk_overhead_operation="attribute"}': 18,
    [`throughline_sdk_overhead_thread_cpu_time_seconds_total{${exporter}}`]: 0.002,
  });
});

test('spans that end after the shutdown have the name that the conventions want', async () => {
  const { provider, monitor } = measured();
  const span = provider.getTracer('t').startSpan('s', {}, ROOT_CONTEXT);
  await provider.shutdown();
  span.end();
  expect(monitor.prometheusText()).toContain('error_type="already_shutdown"} 1\n');
});

test('a meter that is registered later is found at the next export; another one takes over; none after the close', async () => {
  const all = measured();
  all.monitor.followMeter();
  const [first, second] = [meterProvider(), meterProvider()];
  const end = (): void => {
    for (let n = 0; n < 2; n++) all.provider.getTracer('t').startSpan('s', {}, ROOT_CONTEXT).end();
  };
  metrics.setGlobalMeterProvider(first.provider);
  expect(await first.collected()).toEqual([]);
  end();
  all.answer({ exportedCount: 2, droppedCount: 0 });
  await all.provider.forceFlush();
  const found = await first.collected();
  expect(found.length).toBe(METRICS.length);
  const startedIn = async (of: { collected: () => Promise<ScopeMetrics['metrics']> }): Promise<number | undefined> =>
    seriesOf(await of.collected()).get(
      'otel_sdk_span_started_total{otel_span_sampling_result="RECORD_AND_SAMPLE",otel_span_parent_origin="none"}',
    );
  expect(await startedIn(first)).toBe(2);

  metrics.disable();
  metrics.setGlobalMeterProvider(second.provider);
  all.monitor.snapshot();
  end();
  expect([await startedIn(first), await startedIn(second)]).toEqual([2, 4]);

  all.monitor.close();
  end();
  expect(all.monitor.snapshot().startedSpans.reduce((sum, { spanCount }) => sum + spanCount, 0)).toBe(6);
  expect([await startedIn(first), await startedIn(second)]).toEqual([2, 4]);
});
