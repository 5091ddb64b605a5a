import type { Context, ContextAPI, PropagationAPI, TraceAPI, Tracer } from '@opentelemetry/api';

export type SubjectName = 'ours' | 'ours-worker' | 'official' | 'dd-trace';

export interface SubjectOptions {
  /** Where spans go; without one they are handed to an exporter that discards them. */
  readonly sinkOrigin?: string;
  /** No root is sampled. */
  readonly sampledOut?: boolean;
  /** Instruments HTTP, by the subject's own means or by `@opentelemetry/instrumentation-http`; default: nobody does. */
  readonly http?: 'own' | 'official';
  /** The folder whose node_modules has the official SDK and dd-trace. */
  readonly peers: string;
}

/** The API that a subject is registered with. */
export interface RegisteredApi {
  readonly context: ContextAPI;
  readonly propagation: PropagationAPI;
  readonly trace: TraceAPI;
  readonly rootContext: Context;
}

/** What of dd-trace's own API is used. */
export interface DatadogSpan {
  setTag(key: string, value: string | number): unknown;
  addTags(tags: Readonly<Record<string, string | number>>): unknown;
  finish(): void;
}

export interface DatadogTracer {
  startSpan(
    name: string,
    options?: { readonly childOf?: unknown; readonly tags?: Readonly<Record<string, string | number>> },
  ): DatadogSpan;
  trace<T>(
    name: string,
    options: { readonly tags?: Readonly<Record<string, string | number>> },
    fn: (span: DatadogSpan) => T,
  ): T;
}

interface Lifecycle {
  /** Resolves when no export is under way, after a turn of the event loop at the earliest. */
  settle(): Promise<void>;
  /** Resolves when everything that ended before was exported. */
  flush(): Promise<void>;
  /** Spans that were lost on the way, as far as the subject tells. */
  dropped(): number;
}

/** A tracing SDK that is started and registered in this process; there is one a process. */
export type Subject = Lifecycle &
  (
    | { readonly kind: 'opentelemetry'; readonly api: RegisteredApi; readonly tracer: Tracer }
    | { readonly kind: 'datadog'; readonly tracer: DatadogTracer }
  );
