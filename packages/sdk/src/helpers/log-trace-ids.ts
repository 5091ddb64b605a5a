import { type Context, context, trace } from '@opentelemetry/api';

/** The names that OpenTelemetry gives trace context in formats without fields of their own for it. */
export interface TraceIds {
  readonly trace_id: string;
  readonly span_id: string;
  /** Two hex digits, as in `traceparent`. */
  readonly trace_flags: string;
}

/** The ids of a context's span (default: the active one), for log records; undefined outside of any span. */
export function traceIds(of: Context = context.active()): TraceIds | undefined {
  const spanContext = trace.getSpanContext(of);
  if (spanContext === undefined || !trace.isSpanContextValid(spanContext)) return undefined;
  const flags = spanContext.traceFlags.toString(16).padStart(2, '0');
  return { trace_id: spanContext.traceId, span_id: spanContext.spanId, trace_flags: flags };
}

/** pino's `mixin` option: `pino({ mixin: pinoTraceMixin })`. */
export function pinoTraceMixin(): Partial<TraceIds> {
  return traceIds() ?? {};
}

/** A winston format: `winston.format.combine(winstonTraceFormat(), winston.format.json())`. */
export function winstonTraceFormat(): { transform<T extends object>(info: T): T } {
  return { transform: (info) => Object.assign(info, traceIds()) };
}

/** What is needed of a console. */
export interface ConsoleLike {
  debug(...data: unknown[]): void;
  info(...data: unknown[]): void;
  log(...data: unknown[]): void;
  warn(...data: unknown[]): void;
  error(...data: unknown[]): void;
}

/** Appends `trace_id=... span_id=... trace_flags=..` to what is written inside a span. Gives a function that undoes it. */
export function addTraceIdsToConsole(target: ConsoleLike = console): () => void {
  const undo: (() => void)[] = [];
  let active = true;
  for (const level of ['debug', 'info', 'log', 'warn', 'error'] as const) {
    const original = target[level];
    const wrapped = (...data: unknown[]): void => {
      const ids = active ? traceIds() : undefined;
      if (ids === undefined) original.apply(target, data);
      else {
        const { trace_id, span_id, trace_flags } = ids;
        const text = `trace_id=${trace_id} span_id=${span_id} trace_flags=${trace_flags}`;
        original.apply(target, withLast(data, text));
      }
    };
    target[level] = wrapped;
    undo.push(() => {
      // Someone may have wrapped it again since: then ours stays in the chain and only passes on.
      if (target[level] === wrapped) target[level] = original;
    });
  }
  return () => {
    active = false;
    for (const step of undo) step();
  };
}

/**
 * A call's arguments with a text at the end. It must neither fill a placeholder of the first argument nor, as a second
 * one, make that a format.
 */
function withLast(data: readonly unknown[], text: string): unknown[] {
  const [first, ...rest] = data;
  if (typeof first !== 'string' || !first.includes('%')) return [...data, text];
  if (rest.length === 0) return ['%s', first, text];
  let unused = rest.length;
  const format = first.replaceAll(/%[sdifjoOc%]/g, (placeholder) =>
    placeholder === '%%' || unused-- > 0 ? placeholder : `%${placeholder}`,
  );
  return [format, ...rest, text];
}
