import {
  type Context,
  context as contextApi,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  type Span,
  SpanKind,
  type SpanOptions,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api';

import { SUPPRESS_TRACING_KEY } from '../context/tracing-context.ts';
import { type Sampler, SamplingDecision } from '../sampling/sampler.ts';
import { attributesObject, copyAttributes } from './attribute-list.ts';
import { type ClockAnchor, freshAnchor } from './clock.ts';
import { RecordingSpan } from './recording-span.ts';
import { SpanIds } from './span-ids.ts';
import type { SpanOwner } from './span-owner.ts';

/** Starts spans of one instrumentation scope. Without a sampler: as the parent, and every root. */
export class ScopeTracer implements Tracer {
  private readonly owner: SpanOwner;
  private readonly sampler: Sampler | undefined;
  private anchor: ClockAnchor | undefined = undefined;

  constructor(owner: SpanOwner, sampler: Sampler | undefined) {
    this.owner = owner;
    this.sampler = sampler;
  }

  startSpan(name: string, options: SpanOptions = {}, givenContext: Context = contextApi.active()): Span {
    const { provider } = this.owner;
    if (provider.shutDown || givenContext.getValue(SUPPRESS_TRACING_KEY) === true) {
      return trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
    }
    const context = options.root === true ? trace.deleteSpan(givenContext) : givenContext;
    const parentSpan = trace.getSpan(context);
    let parent = parentSpan?.spanContext();
    if (parent !== undefined && !isSpanContextValid(parent)) parent = undefined;
    const ids = new SpanIds(parent);
    const { limits } = provider;
    const kind = options.kind ?? SpanKind.INTERNAL;
    let decision: SamplingDecision =
      parent === undefined || (parent.traceFlags & TraceFlags.SAMPLED) !== 0
        ? SamplingDecision.RECORD_AND_SAMPLED
        : SamplingDecision.NOT_RECORD;
    let { attributes: input } = options;
    let invalidCount = 0;
    if (this.sampler !== undefined) {
      const own = copyAttributes(input, Infinity, Infinity);
      invalidCount = own.droppedCount;
      const sampled = attributesObject(own.attributes);
      const links = options.links ?? [];
      const result = this.sampler.shouldSample(context, ids.traceId, name, kind, sampled, links);
      decision = result.decision;
      if (result.traceState !== undefined) ids.traceState = result.traceState;
      input = Object.assign(sampled, result.attributes);
    }
    if (decision === SamplingDecision.RECORD_AND_SAMPLED) ids.flags |= TraceFlags.SAMPLED;
    if (decision === SamplingDecision.NOT_RECORD) return trace.wrapSpanContext(ids.context());
    const { attributes, droppedCount } = copyAttributes(
      input,
      limits.attributeCountLimit,
      limits.attributeValueLengthLimit,
    );
    // The local trace's anchor; a new local trace may get a fresh one.
    if (!(parentSpan instanceof RecordingSpan)) this.anchor = freshAnchor(provider.clock, this.anchor);
    const anchor =
      parentSpan instanceof RecordingSpan
        ? parentSpan.anchor
        : (this.anchor ??= freshAnchor(provider.clock, undefined));
    const span = new RecordingSpan(this.owner, ids, {
      name,
      kind,
      parentSpanContext: parent,
      anchor,
      startTime: options.startTime,
      // `copyAttributes` shares one empty list.
      attributes: attributes.length === 0 ? [] : attributes,
      droppedAttributesCount: droppedCount + invalidCount,
    });
    if (options.links !== undefined) span.addLinks(options.links);
    for (const processor of provider.processors) processor.onStart(span, context);
    return span;
  }

  startActiveSpan<F extends (span: Span) => unknown>(name: string, fn: F): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(name: string, options: SpanOptions, fn: F): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    options: SpanOptions,
    context: Context,
    fn: F,
  ): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => ReturnType<F>>(
    name: string,
    second: F | SpanOptions,
    third?: F | Context,
    fourth?: F,
  ): ReturnType<F> {
    const options = typeof second === 'function' ? {} : second;
    const context = typeof third === 'object' ? third : contextApi.active();
    const fn = typeof second === 'function' ? second : typeof third === 'function' ? third : fourth;
    if (fn === undefined) throw new TypeError('startActiveSpan needs a function');
    const span = this.startSpan(name, options, context);
    return contextApi.with(trace.setSpan(context, span), fn, undefined, span);
  }
}
