import {
  type Context,
  context,
  propagation,
  type PropagationAPI,
  type TextMapGetter,
  type TextMapSetter,
} from '@opentelemetry/api';

/** Headers of a request or message, as clients of HTTP, Kafka, AMQP and the like hand them out. */
export type Carrier = Record<string, unknown>;

const MAX_HEADER_BYTES = 16_384;

function headerText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  // Kafka clients give header values as bytes.
  if (value instanceof Uint8Array) {
    return value.byteLength > MAX_HEADER_BYTES ? undefined : new TextDecoder().decode(value);
  }
  return undefined;
}

function headerTexts(value: unknown): string | string[] | undefined {
  if (!Array.isArray(value)) return headerText(value);
  const texts = value.map(headerText).filter((text) => text !== undefined);
  return texts.length === 0 ? undefined : texts;
}

const setter: TextMapSetter<Carrier> = {
  set: (carrier, key, value) => {
    carrier[key] = value;
  },
};

/** Own keys only, in any case; text, bytes, or lists of them. */
const getter: TextMapGetter<Carrier> = {
  keys: (carrier) => Object.keys(carrier),
  get: (carrier, key) => {
    let found: unknown = Object.hasOwn(carrier, key) ? carrier[key] : undefined;
    if (found === undefined) {
      const lower = key.toLowerCase();
      const name = Object.keys(carrier).find((candidate) => candidate.toLowerCase() === lower);
      found = name === undefined ? undefined : carrier[name];
    }
    return headerTexts(found);
  },
};

/** `Headers` of fetch, a `Map`, `Metadata` of gRPC and the like: entries behind `get` and `set`, not under keys. */
interface EntryCarrier {
  get(key: string): unknown;
  set(key: string, value: string): unknown;
  keys?(): Iterable<unknown>;
  getMap?(): object;
}

function isEntryCarrier(carrier: object): carrier is EntryCarrier {
  return 'get' in carrier && typeof carrier.get === 'function' && 'set' in carrier && typeof carrier.set === 'function';
}

function entryNames(carrier: EntryCarrier): string[] {
  if (typeof carrier.keys === 'function') return [...carrier.keys()].filter((name) => typeof name === 'string');
  return typeof carrier.getMap === 'function' ? Object.keys(carrier.getMap()) : [];
}

const entrySetter: TextMapSetter<EntryCarrier> = {
  set: (carrier, key, value) => {
    carrier.set(key, value);
  },
};

const entryGetter: TextMapGetter<EntryCarrier> = {
  keys: entryNames,
  get: (carrier, key) => {
    let found = carrier.get(key);
    // A map has its keys in any case.
    if (found === undefined && carrier instanceof Map) {
      const lower = key.toLowerCase();
      found = carrier.get(entryNames(carrier).find((name) => name.toLowerCase() === lower) ?? key);
    }
    return headerTexts(found);
  },
};

/** Who writes and reads: a propagator, or the API for the registered one. */
export type ContextCarrying = Pick<PropagationAPI, 'inject' | 'extract'>;

/**
 * Writes a context (default: the active one) into headers with the registered propagator and gives them back. Headers are
 * an object, or have `get` and `set`: `Headers` of fetch, a `Map`, `Metadata` of gRPC.
 */
export function injectContext<C extends object = Record<string, unknown>>(
  carrier?: C,
  from: Context = context.active(),
  carrierSetter?: TextMapSetter<C>,
): C {
  return injectWith(propagation, carrier, from, carrierSetter);
}

/** As {@link injectContext}, with a propagator. */
export function injectWith<C extends object>(
  by: ContextCarrying,
  carrier: C | undefined,
  from: Context,
  carrierSetter: TextMapSetter<C> | undefined,
): C {
  // Without a carrier, C is its default, a record. Any object can take keys.
  const target = carrier ?? ({} as C);
  if (carrierSetter === undefined) {
    if (isEntryCarrier(target)) by.inject(from, target, entrySetter);
    else by.inject(from, target as Carrier, setter);
  } else by.inject(from, target, carrierSetter);
  return target;
}

/**
 * Reads a context out of headers with the registered propagator: `base` (default: the active context) with the remote
 * parent and baggage found, or `base` itself. Continue in it with `context.with(extracted, fn)`.
 */
export function extractContext<C extends object>(
  carrier: C | undefined,
  base: Context = context.active(),
  carrierGetter?: TextMapGetter<C>,
): Context {
  return extractWith(propagation, carrier, base, carrierGetter);
}

/** As {@link extractContext}, with a propagator. */
export function extractWith<C extends object>(
  by: ContextCarrying,
  carrier: C | undefined,
  base: Context,
  carrierGetter: TextMapGetter<C> | undefined,
): Context {
  if (carrier === undefined || carrier === null) return base;
  if (carrierGetter === undefined && isEntryCarrier(carrier)) return by.extract(base, carrier, entryGetter);
  return carrierGetter === undefined
    ? // Any object can be read by key; the getter looks at each value's type.
      by.extract(base, carrier as Carrier, getter)
    : by.extract(base, carrier, carrierGetter);
}
