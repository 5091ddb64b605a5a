import { type Attributes, type Span, SpanKind } from '@throughline/model';

export type Transport = 'http' | 'rpc' | 'database' | 'messaging' | 'unknown';

/** Something that a span calls and that has no spans of its own. */
export interface Peer {
  readonly name: string;
  readonly kind: 'service' | 'database' | 'queue' | 'external';
}

/** Attributes that say by which way a call went. Source: the semantic conventions, current and older ones. */
const TRANSPORT_PREFIXES: readonly (readonly [prefix: string, transport: Transport])[] = [
  ['db.', 'database'],
  ['messaging.', 'messaging'],
  ['rpc.', 'rpc'],
  ['http.', 'http'],
];

/** How a call went, by its attributes, else by its kind. */
export function transportOf(span: Pick<Span, 'attributes' | 'kind'>): Transport {
  let found: number = TRANSPORT_PREFIXES.length;
  for (const key of span.attributes.keys()) {
    for (let i = 0; i < found; i++) if (key.startsWith(TRANSPORT_PREFIXES[i]?.[0] ?? '\0')) found = i;
  }
  const transport = TRANSPORT_PREFIXES[found]?.[1];
  if (transport !== undefined) return transport;
  return span.kind === SpanKind.PRODUCER || span.kind === SpanKind.CONSUMER ? 'messaging' : 'unknown';
}

const EXTERNAL_NAME = /^external\.([^.]+)\../;

/**
 * Whom an outgoing span calls, by its own word; undefined where it says nothing. To be asked of spans without a child in
 * another service. `peer.service` and `external.service` and the span name `external.SERVICE.OPERATION` are taken on
 * any span; addresses, databases and destinations on all but server and consumer spans, where they are the span's own.
 */
export function peerOf(span: Pick<Span, 'attributes' | 'kind' | 'name'>): Peer | undefined {
  const { attributes, kind } = span;
  const service = textOf(attributes, 'peer.service') ?? textOf(attributes, 'external.service');
  if (service !== undefined) return { name: service, kind: 'service' };
  const external = EXTERNAL_NAME.exec(span.name)?.[1];
  if (external !== undefined) return { name: external, kind: 'external' };
  if (kind === SpanKind.SERVER || kind === SpanKind.CONSUMER) return undefined;
  const system = textOf(attributes, 'db.system.name') ?? textOf(attributes, 'db.system');
  if (system !== undefined) {
    const namespace = textOf(attributes, 'db.namespace') ?? textOf(attributes, 'db.name');
    return { name: namespace === undefined ? system : `${system}/${namespace}`, kind: 'database' };
  }
  const destination = textOf(attributes, 'messaging.destination.name') ?? textOf(attributes, 'messaging.destination');
  if (destination !== undefined) return { name: destination, kind: 'queue' };
  const isOutgoing = kind === SpanKind.CLIENT || kind === SpanKind.PRODUCER;
  const address = textOf(attributes, 'server.address') ?? textOf(attributes, 'net.peer.name');
  return isOutgoing && address !== undefined ? { name: address, kind: 'external' } : undefined;
}

function textOf(attributes: Attributes, name: string): string | undefined {
  const value = attributes.get(name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
