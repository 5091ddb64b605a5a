import {
  type Attributes,
  type Context,
  diag,
  INVALID_SPAN_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  type SpanOptions,
  type TimeInput,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api';

import { activeContext, withContext } from '../context/async-context-manager.ts';
import { contextWithSpan, SUPPRESS_TRACING_KEY } from '../context/tracing-context.ts';
import { warnOnce } from '../helpers/tell-once.ts';
import {
  DROPPED,
  LOCAL_PARENT,
  NO_PARENT,
  RECORDED_AND_SAMPLED,
  RECORDED_ONLY,
  REMOTE_PARENT,
} from '../overhead/overhead-meter.ts';
import { ATTRIBUTES, CONTEXT, RECORDING } from '../overhead/stopwatch.ts';
import { ignoreRejection } from '../sampling/guarded-sampler.ts';
import { type Sampler, SamplingDecision, type SamplingResult } from '../sampling/sampler.ts';
import { attributesObject, copyAttributes } from './attribute-list.ts';
import { type ClockAnchor, freshAnchor } from './clock.ts';
import { ForeignSpan, ofValidContext } from './foreign-span.ts';
import type { IdWords } from './id-words.ts';
import { RecordingSpan } from './recording-span.ts';
import type { SpanOwner } from './span-owner.ts';
import { UnrecordedSpan } from './unrecorded-span.ts';

const NO_OPTIONS: SpanOptions = {};
/** Where tracing is suppressed. */
const INVALID_SPAN: Span = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);

/** Starts spans of one instrumentation scope. Without a sampler: as the parent, and every root. */
export class ScopeTracer implements Tracer {
  private readonly owner: SpanOwner;
  private readonly sampler: Sampler | undefined;
  private hasToldOfSampler = false;

  constructor(owner: SpanOwner, sampler: Sampler | undefined) {
    this.owner = owner;
    this.sampler = sampler;
  }

  startSpan(name: string, given?: SpanOptions, givenContext?: Context): Span {
    const options = given ?? NO_OPTIONS;
    const context = givenContext ?? activeContext();
    const { owner, sampler } = this;
    const { provider } = owner;
    const { meter } = provider;
    if (context.getValue(SUPPRESS_TRACING_KEY) === true) return INVALID_SPAN;
    if (provider.shutDown) return carriedOn(context);
    const parentSpan = options.root === true ? undefined : trace.getSpan(context);
    const recording = parentSpan instanceof RecordingSpan ? parentSpan : undefined;
    const parent = recording === undefined ? unrecordedParent(parentSpan) : recording.identity;
    // Read before ids are taken, which counts the call: those of the application may throw.
    const { kind = SpanKind.INTERNAL } = options;
    let { attributes } = options;
    const ids = parent === undefined ? provider.rootIds : provider.childIds;
    if (ids.at === ids.end) {
      const weight = this.weightAtEnd(ids);
      if (weight > 0) return this.startTimed(weight, name, options, context);
    }

    const identity = parent === undefined ? UnrecordedSpan.root(ids) : UnrecordedSpan.child(parent, ids);
    if (provider.idGenerator !== undefined) identity.takeIds(provider.idGenerator, parent === undefined);
    let invalidCount = 0;
    if (sampler === undefined) {
      if (parent !== undefined && (parent.traceFlags & TraceFlags.SAMPLED) === 0) {
        meter?.countStart(DROPPED + originOf(parent));
        return identity;
      }
      identity.traceFlags |= TraceFlags.SAMPLED;
    } else {
      // Samplers of applications without types answer anything.
      let decision: unknown = SamplingDecision.NOT_RECORD;
      let result: SamplingResult | undefined;
      try {
        result = sampler.decide?.(parent, identity);
        if (result === undefined) {
          const { attributes: valid, droppedCount } = copyAttributes(attributes, Infinity, Infinity);
          const seen = attributesObject(valid);
          const asked = rootless(context, options);
          result = sampler.shouldSample(asked, identity.traceId, name, kind, seen, options.links ?? []);
          attributes = Object.assign(seen, result.attributes);
          invalidCount = droppedCount;
        }
        identity.traceState = result.traceState ?? identity.traceState;
        decision = result.decision;
      } catch (error) {
        // What a sampler throws is not the application's fault, nor is an answer that is none.
        this.tellOfSampler(sampler, error);
      }
      if (decision !== SamplingDecision.RECORD_AND_SAMPLED && decision !== SamplingDecision.RECORD) {
        if (decision !== SamplingDecision.NOT_RECORD) {
          ignoreRejection(result);
          this.tellOfSampler(sampler, new TypeError('it gave no decision'));
        }
        // Roots and local children that a sampler drops are not counted: they are so cheap that it would be felt.
        if (parent !== undefined && parent.isRemote) meter?.countStart(DROPPED + REMOTE_PARENT);
        return identity;
      }
      if (decision === SamplingDecision.RECORD_AND_SAMPLED) identity.traceFlags |= TraceFlags.SAMPLED;
    }

    // Without a sampler, roots and local children are recorded, and their number is that of the calls.
    if (sampler !== undefined || (recording === undefined && parent !== undefined && parent.isRemote)) {
      meter?.countStart((identity.sampled ? RECORDED_AND_SAMPLED : RECORDED_ONLY) + originOf(parent));
    }
    if (provider.watch.isRunning) {
      return this.recordTimed(identity, parent, recording, name, kind, attributes, invalidCount, options, context);
    }
    const span = this.record(identity, parent, recording, name, kind, options.startTime);
    if (attributes !== undefined) span.setFirstAttributes(attributes, invalidCount);
    return this.completeStart(span, options, context);
  }

  /** What it has before attributes and links. */
  private record(
    identity: UnrecordedSpan,
    parent: UnrecordedSpan | undefined,
    recording: RecordingSpan | undefined,
    name: string,
    kind: SpanKind,
    startTime: TimeInput | undefined,
  ): RecordingSpan {
    const { owner } = this;
    const { provider } = owner;
    const nowMs = provider.clock.monotonicMs();
    const isLocalRoot = recording === undefined || recording.owner.provider !== provider;
    const anchor = isLocalRoot ? this.freshAnchor(nowMs) : recording.anchor;
    return RecordingSpan.start(owner, identity, parent, name, kind, anchor, startTime, nowMs);
  }

  /** Links come last, then processors are told. */
  private completeStart(span: RecordingSpan, options: SpanOptions, context: Context): RecordingSpan {
    if (options.links !== undefined && options.links !== null) span.addLinks(options.links);
    const { processors } = this.owner.provider;
    if (processors.length > 0) {
      const parentContext = rootless(context, options);
      for (const processor of processors) processor.onStart(span, parentContext);
    }
    return span;
  }

  /** The end of `startSpan` with laps of the watch, apart from it: within it they would slow down all other spans. */
  private recordTimed(
    identity: UnrecordedSpan,
    parent: UnrecordedSpan | undefined,
    recording: RecordingSpan | undefined,
    name: string,
    kind: SpanKind,
    attributes: Attributes | undefined,
    invalidCount: number,
    options: SpanOptions,
    context: Context,
  ): RecordingSpan {
    const { watch } = this.owner.provider;
    watch.switchTo(RECORDING);
    const span = this.record(identity, parent, recording, name, kind, options.startTime);
    if (attributes !== undefined) {
      watch.switchTo(ATTRIBUTES);
      span.setFirstAttributes(attributes, invalidCount);
      watch.switchTo(RECORDING);
    }
    return this.completeStart(span, options, context);
  }

  /** How many spans the present one stands for, itself included; 0: it is not timed. There are ids for it afterwards. */
  private weightAtEnd(ids: IdWords): number {
    const due = ids.due();
    let weight = 0;
    if (due !== undefined) {
      if (this.owner.provider.watch.isBusy) due.postpone();
      else weight = due.take();
    }
    ids.extend();
    return weight;
  }

  private startTimed(weight: number, name: string, options: SpanOptions, context: Context): Span {
    const { watch } = this.owner.provider;
    watch.begin(weight, CONTEXT);
    try {
      const span = this.startSpan(name, options, context);
      if (span instanceof RecordingSpan) span.timeFromNow(weight);
      return span;
    } finally {
      watch.end();
    }
  }

  private tellOfSampler(sampler: Sampler, error: unknown): void {
    if (this.hasToldOfSampler) return;
    this.hasToldOfSampler = true;
    diag.error(`the sampler ${describe(sampler)} failed; such spans are not sampled, and it is not told again`, error);
  }

  /** A new local trace may get a fresh one; all spans of one have the same. */
  private freshAnchor(nowMs: number): ClockAnchor {
    const { provider } = this.owner;
    provider.anchor = freshAnchor(provider.clock, nowMs, provider.anchor);
    return provider.anchor;
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
    const options = typeof second === 'function' ? NO_OPTIONS : second;
    const context = typeof third === 'object' && third !== null ? third : activeContext();
    const fn = typeof second === 'function' ? second : typeof third === 'function' ? third : fourth;
    if (typeof fn !== 'function') {
      warnOnce(this.owner.provider, 'startActiveSpan does nothing without a function');
      // As the official SDK: what a caller without types gets.
      return undefined as ReturnType<F>;
    }
    const span = this.startSpan(name, options, context);
    return withContext(contextWithSpan(context, span), fn, span);
  }
}

/** After shutdown: no span, but what came in still goes out (as the API does without an SDK). */
function carriedOn(context: Context): Span {
  const span = trace.getSpan(context);
  const parent = span instanceof RecordingSpan ? span.identity : unrecordedParent(span);
  return parent === undefined ? INVALID_SPAN : trace.wrapSpanContext(parent.spanContext());
}

/** A span that is not one of ours that record, by its ids; undefined if they are not valid. */
function unrecordedParent(span: Span | undefined): UnrecordedSpan | undefined {
  if (span === undefined || span instanceof UnrecordedSpan) return span;
  return ofValidContext(span, foreignSpan);
}

const foreignSpan = (spanContext: SpanContext): ForeignSpan => ForeignSpan.ofContext(spanContext);

function originOf(parent: UnrecordedSpan | undefined): number {
  if (parent === undefined) return NO_PARENT;
  return parent.isRemote ? REMOTE_PARENT : LOCAL_PARENT;
}

function describe(sampler: Sampler): string {
  try {
    return sampler.toString();
  } catch {
    return '';
  }
}

/** Samplers and processors of a root see no parent. */
function rootless(context: Context, options: SpanOptions): Context {
  return options.root === true ? trace.deleteSpan(context) : context;
}
