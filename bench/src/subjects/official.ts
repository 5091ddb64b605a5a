import { createRequire } from 'node:module';
import type * as Api from '@opentelemetry/api';
import type * as AsyncHooks from '@opentelemetry/context-async-hooks';
import type * as Core from '@opentelemetry/core';
import type * as Instrumentation from '@opentelemetry/instrumentation';
import type * as InstrumentationHttp from '@opentelemetry/instrumentation-http';
import type * as OtlpProto from '@opentelemetry/exporter-trace-otlp-proto';
import type * as Resources from '@opentelemetry/resources';
import type * as SdkTrace from '@opentelemetry/sdk-trace';
import { exportsUnderWay } from './exports-under-way.ts';
import type { Subject, SubjectOptions } from './subject.ts';

type SpanExporter = SdkTrace.SpanExporter;

/** The official SDK with its batch processor and OTLP protobuf exporter, all by default but the endpoint. */
export function startOfficial({ sinkOrigin, sampledOut, http, peers }: SubjectOptions): Subject {
  // Through `require`, from a folder that is known at run time only: on Node 20 another release is measured.
  const require = createRequire(`${peers}/package.json`);
  const api = require('@opentelemetry/api') as typeof Api;
  const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks') as typeof AsyncHooks;
  const { CompositePropagator, ExportResultCode, W3CBaggagePropagator, W3CTraceContextPropagator } =
    require('@opentelemetry/core') as typeof Core;
  const { defaultResource, resourceFromAttributes } = require('@opentelemetry/resources') as typeof Resources;
  const { AlwaysOffSampler, BatchSpanProcessor, ParentBasedSampler, TracerProvider } =
    require('@opentelemetry/sdk-trace') as typeof SdkTrace;

  const discard: SpanExporter = {
    export: (_spans, done) => done({ code: ExportResultCode.SUCCESS }),
    shutdown: async () => {},
  };
  const otlp = (origin: string): SpanExporter => {
    const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-proto') as typeof OtlpProto;
    return new OTLPTraceExporter({ url: `${origin}/v1/traces` });
  };
  const exporter = sinkOrigin === undefined ? discard : otlp(sinkOrigin);
  const underWay = exportsUnderWay();
  let dropped = 0;
  const counted: SpanExporter = {
    export: (spans, done) => {
      underWay.begin();
      exporter.export(spans, (result) => {
        if (result.code !== ExportResultCode.SUCCESS) dropped += spans.length;
        done(result);
        underWay.end();
      });
    },
    shutdown: () => exporter.shutdown(),
  };
  const provider = new TracerProvider({
    resource: defaultResource().merge(resourceFromAttributes({ 'service.name': 'measured' })),
    spanProcessors: [new BatchSpanProcessor({ exporter: counted })],
    ...(sampledOut === true ? { sampler: new ParentBasedSampler({ root: new AlwaysOffSampler() }) } : {}),
  });
  api.trace.setGlobalTracerProvider(provider);
  api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  api.propagation.setGlobalPropagator(
    new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
  );
  if (http === 'official') {
    const { registerInstrumentations } = require('@opentelemetry/instrumentation') as typeof Instrumentation;
    registerInstrumentations({ tracerProvider: provider, instrumentations: [httpInstrumentation(peers)] });
  }
  return {
    kind: 'opentelemetry',
    api: {
      context: api.context,
      propagation: api.propagation,
      trace: api.trace,
      rootContext: api.ROOT_CONTEXT,
    },
    tracer: provider.getTracer('measured', '1.0.0'),
    settle: () => underWay.settle(),
    flush: async () => {
      // `forceFlush` does not wait for an export that is under way already.
      await provider.forceFlush();
      await underWay.settle();
      await provider.forceFlush();
    },
    dropped: () => dropped,
  };
}

/** The newest official instrumentation of HTTP. It patches what `require` gives from then on. */
export function httpInstrumentation(peers: string): InstrumentationHttp.HttpInstrumentation {
  const require = createRequire(`${peers}/package.json`);
  const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http') as typeof InstrumentationHttp;
  return new HttpInstrumentation();
}
