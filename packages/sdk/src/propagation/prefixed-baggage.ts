import { type Baggage, type Context, propagation, type TextMapGetter, type TextMapSetter } from '@opentelemetry/api';

/** Of headers that carry one baggage entry each: no more is read or written. */
const MAX_ENTRIES = 180;
const MAX_ENTRY_CHARACTERS = 4096;
/** What a header's name may hold (`token` of HTTP). */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Writes each entry to the header `prefix + key`, percent-encoded. Keys that are no header name are left out. */
export function injectPrefixedBaggage<Carrier>(
  context: Context,
  carrier: Carrier,
  setter: TextMapSetter<Carrier>,
  prefix: string,
): void {
  for (const [key, entry] of (propagation.getBaggage(context)?.getAllEntries() ?? []).slice(0, MAX_ENTRIES)) {
    const value = encodeURIComponent(entry.value.toWellFormed());
    if (TOKEN.test(key) && value.length <= MAX_ENTRY_CHARACTERS) setter.set(carrier, prefix + key, value);
  }
}

/** Adds what the headers that begin with `prefix` carry. */
export function extractPrefixedBaggage<Carrier>(
  context: Context,
  carrier: Carrier,
  getter: TextMapGetter<Carrier>,
  prefix: string,
): Context {
  let baggage: Baggage | undefined;
  let count = 0;
  for (const name of getter.keys(carrier)) {
    if (name.length <= prefix.length || name.slice(0, prefix.length).toLowerCase() !== prefix) continue;
    const value = getter.get(carrier, name);
    const first: unknown = Array.isArray(value) ? value[0] : value;
    if (typeof first !== 'string' || first.length > MAX_ENTRY_CHARACTERS || count++ >= MAX_ENTRIES) continue;
    baggage ??= propagation.getBaggage(context) ?? propagation.createBaggage();
    baggage = baggage.setEntry(name.slice(prefix.length), { value: decoded(first) });
  }
  return baggage === undefined ? context : propagation.setBaggage(context, baggage);
}

/** Percent-decoded, or as it is when it is not percent-encoded. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
