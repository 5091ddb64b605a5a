import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { TracerProvider, InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { afterAll, afterEach, beforeAll } from 'vitest';

/** Registers the official SDK for the file's tests and gives the spans that ended during the current one. */
export function useOfficialProvider(): () => readonly ReadableSpan[] {
  const exporter = new InMemorySpanExporter();
  beforeAll(() => {
    const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    trace.setGlobalTracerProvider(provider);
  });
  afterEach(() => {
    exporter.reset();
  });
  afterAll(() => {
    trace.disable();
    context.disable();
    propagation.disable();
  });
  return () => exporter.getFinishedSpans();
}
