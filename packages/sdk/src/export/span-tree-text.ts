import {
  type AttributeValue,
  durationNano,
  isAttributes,
  serviceName,
  type Span,
  SpanKind,
  StatusCode,
} from '@throughline/model';

const KIND_NAMES: Readonly<Record<number, string>> = {
  [SpanKind.SERVER]: 'server',
  [SpanKind.CLIENT]: 'client',
  [SpanKind.PRODUCER]: 'producer',
  [SpanKind.CONSUMER]: 'consumer',
};

const MAX_VALUE_LENGTH = 80;

/**
 * Spans as trees of text, one for each trace, in the order in which their first spans come. A span whose parent is not
 * among them stands at the left; siblings are ordered by their start. Every span is printed once, whatever its parents.
 */
export function spanTreeText(spans: readonly Span[]): string {
  const traces = new Map<string, Span[]>();
  for (const span of spans) {
    const trace = traces.get(span.traceId);
    if (trace === undefined) traces.set(span.traceId, [span]);
    else trace.push(span);
  }
  let text = '';
  for (const [traceId, trace] of traces) {
    const count = trace.length === 1 ? '1 span' : `${trace.length} spans`;
    text += `trace ${traceId} (${count})\n${linesOf(trace).join('\n')}\n`;
  }
  return text;
}

function linesOf(trace: readonly Span[]): readonly string[] {
  const ids = new Set(trace.map((span) => span.spanId));
  const children = new Map<string, Span[]>();
  for (const span of trace.toSorted(byStart)) {
    const isTop = !ids.has(span.parentSpanId) || span.parentSpanId === span.spanId;
    const parent = isTop ? '' : span.parentSpanId;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [span]);
    else siblings.push(span);
  }
  const lines: string[] = [];
  const left = new Set(trace);
  // A stack of its own: traces may be deeper than calls may nest.
  const stack: { readonly span: Span; readonly depth: number }[] = [];
  const push = (siblings: readonly Span[], depth: number): void => {
    for (let i = siblings.length - 1; i >= 0; i--) {
      const span = siblings[i];
      if (span !== undefined) stack.push({ span, depth });
    }
  };
  push(children.get('') ?? [], 0);
  while (left.size > 0) {
    const next = stack.pop();
    if (next === undefined) {
      // What is left goes round in a circle: cut it at its first span.
      const [first] = left;
      if (first !== undefined) stack.push({ span: first, depth: 0 });
    } else if (left.delete(next.span)) {
      lines.push(`${'  '.repeat(next.depth + 1)}${lineOf(next.span)}`);
      push(children.get(next.span.spanId) ?? [], next.depth + 1);
    }
  }
  return lines;
}

function byStart(a: Span, b: Span): number {
  return a.startTimeUnixNano < b.startTimeUnixNano ? -1 : Number(a.startTimeUnixNano > b.startTimeUnixNano);
}

function lineOf(span: Span): string {
  const parts = [printable(span.name), durationText(span)];
  const kind = KIND_NAMES[span.kind];
  if (kind !== undefined) parts.push(kind);
  if (span.status.code === StatusCode.ERROR) {
    parts.push(span.status.message === '' ? 'ERROR' : `ERROR (${printable(span.status.message)})`);
  }
  parts.push(`[${printable(serviceName(span.resource))}]`);
  for (const [key, value] of span.attributes) parts.push(`${printable(key)}=${printable(valueText(value))}`);
  for (const event of span.events) parts.push(`!${printable(event.name)}`);
  return parts.join(' ');
}

function durationText(span: Span): string {
  const nano = Number(durationNano(span));
  if (nano < 1e3) return `${nano}ns`;
  if (nano < 1e6) return `${rounded(nano / 1e3)}us`;
  return nano < 1e9 ? `${rounded(nano / 1e6)}ms` : `${rounded(nano / 1e9)}s`;
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function valueText(value: AttributeValue): string {
  if (value === null || typeof value !== 'object') return String(value);
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (isAttributes(value)) return `{${Array.from(value, ([key, item]) => `${key}: ${valueText(item)}`).join(', ')}}`;
  return `[${value.map(valueText).join(', ')}]`;
}

/** Names and values are not allowed to move the cursor of a terminal. */
function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- Control characters are what must go.
  const clean = text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
  return clean.length > MAX_VALUE_LENGTH ? `${clean.slice(0, MAX_VALUE_LENGTH)}...` : clean;
}
