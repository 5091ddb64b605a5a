import type { Context } from '@opentelemetry/api';

import type { RecordingSpan } from './recording-span.ts';

/**
 * The official SDK's processor interface. {@link RecordingSpan} has the members of its `Span` and `ReadableSpan`, which
 * are made when they are read. Processors run on the application's path: no waiting, no throwing.
 */
export interface SpanProcessor {
  onStart(span: RecordingSpan, parentContext: Context): void;
  onEnding?(span: RecordingSpan): void;
  onEnd(span: RecordingSpan): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}
