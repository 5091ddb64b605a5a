import { type Span, SpanKind } from '@throughline/model';
import type { Target } from '../scenario/scenario.ts';
import type { TraceView } from './trace-view.ts';

/** What a span within an operation is in the words of a scenario. */
export type Role =
  /** `client` is undefined where the caller has no span for the call: the row is the called one's. */
  | {
      readonly kind: 'call';
      readonly target: Target;
      readonly client: { readonly name: string; readonly spanKind: SpanKind } | undefined;
      readonly entryRow: number;
    }
  | {
      readonly kind: 'query';
      readonly system: string;
      readonly database: string;
      readonly text: string;
      readonly name: string;
    }
  | { readonly kind: 'publish'; readonly queue: string; readonly system: string; readonly name: string }
  | { readonly kind: 'span'; readonly name: string; readonly spanKind: SpanKind };

/** How much later than its parent a child may end and still be waited for: clocks and rounding. */
const MIN_SLACK_NANO = 1e6;
const SLACK_SHARE = 0.1;

/** What the row is to its parent. A span with nothing below it but one call is that call's own. */
export function roleOf(view: TraceView, row: number): Role {
  const { names, services, children, isEntry } = view;
  const span = view.trace.spans[row];
  if (span === undefined) throw new Error(`a trace without row ${row}`);
  const name = names[row] ?? '';
  if (isEntry[row] === true) return { kind: 'call', target: targetOf(view, row), client: undefined, entryRow: row };
  const below = children[row] ?? [];
  if (span.kind === SpanKind.PRODUCER && below.every((child) => isMessage(view, child))) {
    const queue = queueOf(view, row);
    return { kind: 'publish', queue, system: textOf(span, 'messaging.system') ?? 'kafka', name };
  }
  const [only] = below;
  if (
    below.length === 1 &&
    only !== undefined &&
    isEntry[only] === true &&
    !isMessage(view, only) &&
    !isLeftAlone(view, only)
  ) {
    return {
      kind: 'call',
      target: targetOf(view, only),
      client: { name, spanKind: span.kind },
      entryRow: only,
    };
  }
  const system = textOf(span, 'db.system.name', 'db.system');
  if (system !== undefined && below.length === 0) {
    const database = databaseOf(span, system, services[row] ?? '');
    return { kind: 'query', system, database, text: textOf(span, 'db.query.text', 'db.statement') ?? name, name };
  }
  return { kind: 'span', name, spanKind: span.kind };
}

/** The same for all that a scenario need not tell apart. */
export function roleKey(role: Role): string {
  switch (role.kind) {
    case 'call': {
      const { target, client } = role;
      return `call\0${target.service}\0${target.operation}\0${client?.name ?? ''}\0${client?.spanKind ?? ''}`;
    }
    case 'query':
      return `query\0${role.database}\0${role.name}`;
    case 'publish':
      return `publish\0${role.queue}\0${role.name}`;
    case 'span':
      return `span\0${role.name}\0${role.spanKind}`;
  }
}

function targetOf({ services, names }: TraceView, row: number): Target {
  return { service: services[row] ?? '', operation: names[row] ?? '' };
}

export function isMessage({ trace, isEntry }: TraceView, row: number): boolean {
  return isEntry[row] === true && trace.spans[row]?.kind === SpanKind.CONSUMER;
}

/**
 * Whether the parent did not wait for the row: it began after the parent's end, or ended clearly later. What another
 * service did may look late because of its clock; it was waited for if it is short enough to fit.
 */
export function isLeftAlone(view: TraceView, row: number): boolean {
  const { startNano, endNano, services, trace } = view;
  const above = trace.parent[row] ?? -1;
  if (above < 0) return false;
  if (isMessage(view, row)) return true;
  const [start = 0, end = 0] = [startNano[row], endNano[row]];
  const [parentStart = 0, parentEnd = 0] = [startNano[above], endNano[above]];
  if (start > parentEnd + MIN_SLACK_NANO) return true;
  if (services[above] !== services[row] && end - start <= parentEnd - parentStart) return false;
  return end > parentEnd + Math.max(MIN_SLACK_NANO, (end - start) * SLACK_SHARE);
}

/** Where a message went: the destination that its producer or a consumer names, or else who sent it to whom. */
export function queueOf({ trace, children, names, services }: TraceView, row: number): string {
  const consumers = children[row] ?? [];
  for (const at of [row, ...consumers]) {
    const span = trace.spans[at];
    if (span === undefined) continue;
    const destination = textOf(span, 'messaging.destination.name', 'messaging.destination', 'kafka.topic');
    if (destination !== undefined) return destination;
  }
  const to = [...new Set(consumers.map((at) => services[at] ?? ''))].sort();
  return [`${services[row] ?? ''} ${names[row] ?? ''}`, ...to].join(' -> ');
}

function databaseOf(span: Span, system: string, service: string): string {
  const address = textOf(span, 'server.address', 'net.peer.name', 'peer.service');
  const name = address ?? textOf(span, 'db.namespace', 'db.name');
  // A service's database that has no name of its own is not that of another service.
  return name ?? `${service}-${system}`;
}

export function textOf({ attributes }: Span, ...keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = attributes.get(key);
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}
