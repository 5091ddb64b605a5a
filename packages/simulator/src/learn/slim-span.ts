import { type AttributeValue, emptyAttributes, type Resource, type Span } from '@throughline/model';

/** What learning reads of a span, in the words of the current and of older semantic conventions. */
const SPAN_KEYS = [
  'error',
  'error.type',
  'http.response.status_code',
  'http.status_code',
  'db.system.name',
  'db.system',
  'db.query.text',
  'db.statement',
  'db.namespace',
  'db.name',
  'server.address',
  'net.peer.name',
  'peer.service',
  'messaging.system',
  'messaging.destination.name',
  'messaging.destination',
  'kafka.topic',
  'messaging.batch.message_count',
] as const;

/** The same of a resource. */
const RESOURCE_KEYS = [
  'service.name',
  'service.namespace',
  'service.version',
  'service.instance.id',
  'telemetry.sdk.language',
  'deployment.environment.name',
  'deployment.environment',
  'k8s.pod.name',
  'k8s.node.name',
  'host.name',
  'host.id',
] as const;

const MAX_TEXT_LENGTH = 400;
const MAX_INTERNED = 100_000;

/**
 * Spans without what learning does not need, and with one copy of each text, so that many fit into memory. Values in
 * query texts become `?`: they are no part of a topology, and may be somebody's.
 */
export class SpanSlimmer {
  readonly #texts = new Map<string, string>();
  readonly #resources = new Map<string, Resource>();
  /** The resources of a batch are one object. */
  #lastResource: { readonly from: Resource; readonly to: Resource } | undefined;

  slim(span: Span): Span {
    return {
      ...span,
      parentSpanId: span.parentSpanId,
      traceState: '',
      name: this.#intern(span.name),
      attributes: this.#attributes(span.attributes, SPAN_KEYS),
      events: [],
      // Only whether there are any: a batch of messages has them.
      links: span.links.slice(0, 1),
      status: span.status.message === '' ? span.status : { code: span.status.code, message: '' },
      resource: this.#resource(span.resource),
    };
  }

  #resource(resource: Resource): Resource {
    if (this.#lastResource?.from === resource) return this.#lastResource.to;
    const attributes = this.#attributes(resource.attributes, RESOURCE_KEYS);
    const key = JSON.stringify([...attributes]);
    let slim = this.#resources.get(key);
    if (slim === undefined) {
      slim = { attributes, droppedAttributesCount: 0, schemaUrl: '' };
      if (this.#resources.size < MAX_INTERNED) this.#resources.set(key, slim);
    }
    this.#lastResource = { from: resource, to: slim };
    return slim;
  }

  #attributes(
    attributes: ReadonlyMap<string, AttributeValue>,
    keys: readonly string[],
  ): ReadonlyMap<string, AttributeValue> {
    if (attributes.size === 0) return emptyAttributes;
    let kept: Map<string, AttributeValue> | undefined;
    for (const key of keys) {
      const value = attributes.get(key);
      if (value === undefined) continue;
      const isQuery = key === 'db.query.text' || key === 'db.statement';
      const slim = typeof value === 'string' ? this.#intern(isQuery ? withoutValues(value) : value) : scalar(value);
      if (slim !== undefined) (kept ??= new Map()).set(key, slim);
    }
    return kept ?? emptyAttributes;
  }

  #intern(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    if (this.#texts.size >= MAX_INTERNED) this.#texts.clear();
    this.#texts.set(text, text);
    return text;
  }
}

/** Numbers and truth; what is larger is not learnt from. */
function scalar(value: AttributeValue): AttributeValue | undefined {
  return typeof value === 'object' ? undefined : value;
}

function withoutValues(query: string): string {
  return query
    .slice(0, MAX_TEXT_LENGTH)
    .replace(/'(?:[^']|'')*'?|"[^"]*\s[^"]*"/g, '?')
    .replace(/\b\d+(?:\.\d+)?\b/g, '?')
    .replace(/\s+/g, ' ')
    .trim();
}
