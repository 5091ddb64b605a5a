import type { AttributeValue, InstrumentationScope, Resource } from '@throughline/model';

/**
 * Makes equal resources of a payload one object, and equal scopes. Formats that repeat them with every span would
 * otherwise be stored with one of each a span: they are grouped by identity.
 */
export class SharedOwners {
  readonly #resources = new ObjectsByContent<Resource>((resource) => [
    contentOf(resource.attributes),
    resource.droppedAttributesCount,
    resource.schemaUrl,
  ]);
  readonly #scopes = new ObjectsByContent<InstrumentationScope>((scope) => [
    scope.name,
    scope.version,
    contentOf(scope.attributes),
    scope.droppedAttributesCount,
    scope.schemaUrl,
  ]);

  resource(resource: Resource): Resource {
    return this.#resources.sharedOf(resource);
  }

  scope(scope: InstrumentationScope): InstrumentationScope {
    return this.#scopes.sharedOf(scope);
  }
}

class ObjectsByContent<T extends object> {
  readonly #contentOf: (object: T) => unknown;
  readonly #byContent = new Map<string, T>();
  #last: T | undefined;
  #lastShared: T | undefined;

  constructor(contentOfObject: (object: T) => unknown) {
    this.#contentOf = contentOfObject;
  }

  sharedOf(object: T): T {
    // Most spans have the one of the span before.
    if (object === this.#last && this.#lastShared !== undefined) return this.#lastShared;
    // Attribute values are only as deep as a decoder lets them be, so this cannot exhaust the stack.
    const content = JSON.stringify(this.#contentOf(object));
    let shared = this.#byContent.get(content);
    if (shared === undefined) {
      shared = object;
      this.#byContent.set(content, object);
    }
    this.#last = object;
    this.#lastShared = shared;
    return shared;
  }
}

/** A value as JSON in which different values look different. */
function contentOf(value: AttributeValue): unknown {
  if (value instanceof Map) return { map: Array.from(value, ([key, item]) => [key, contentOf(item)]) };
  if (value instanceof Uint8Array) return { bytes: Array.from(value) };
  if (Array.isArray(value)) return value.map(contentOf);
  if (typeof value === 'number') return { double: Object.is(value, -0) ? '-0' : String(value) };
  return typeof value === 'bigint' ? { int64: String(value) } : value;
}
