import type { Attributes } from '@opentelemetry/api';

import type { OverheadMeter } from '../overhead/overhead-meter.ts';
import type { Stopwatch } from '../overhead/stopwatch.ts';
import type { ReadableResource } from '../resource/readable-resource.ts';
import type { ClockAnchor, ClockSource } from './clock.ts';
import type { IdGenerator } from './id-generator.ts';
import type { IdWords } from './id-words.ts';
import type { RecordingSpan } from './recording-span.ts';
import type { SpanLimits } from './span-limits.ts';
import type { SpanProcessor } from './span-processor.ts';

export interface ProviderResource {
  readonly attributes: Attributes;
  readonly schemaUrl?: string;
}

export interface InstrumentationScope {
  readonly name: string;
  readonly version?: string;
  readonly schemaUrl?: string;
  /** `InstrumentationScope.attributes`, encoded fields of that message. */
  readonly encodedAttributes?: Uint8Array;
}

/** What takes sampled spans when they end. */
export interface EndedSpans {
  add(span: RecordingSpan): void;
}

/** What all spans of one provider share. */
export interface ProviderState {
  readonly resource: ReadableResource;
  readonly limits: SpanLimits;
  readonly clock: ClockSource;
  readonly processors: readonly SpanProcessor[];
  readonly ended: EndedSpans | undefined;
  /** Undefined: nobody wants to know what tracing costs. */
  readonly meter: OverheadMeter | undefined;
  /** The meter's, or one that never runs: asking it takes less than asking whether there is one. */
  readonly watch: Stopwatch;
  /** Of all local traces that begin now, whichever tracer begins them. */
  anchor: ClockAnchor | undefined;
  /** For spans without a parent, and for all others. */
  readonly rootIds: IdWords;
  readonly childIds: IdWords;
  /** Undefined: ids are those of `rootIds` and `childIds`. */
  readonly idGenerator: IdGenerator | undefined;
  shutDown: boolean;
}

/** What all spans of one tracer share. */
export interface SpanOwner {
  readonly provider: ProviderState;
  readonly scope: InstrumentationScope;
}
