import { type Baggage, type Context, propagation, type TextMapGetter, type TextMapSetter } from '@opentelemetry/api';

import { warnOnce } from '../helpers/tell-once.ts';
import { textOf } from '../span/text-of.ts';

/** Of headers that carry one baggage entry each: no more is read or written. */
const MAX_ENTRIES = 180;
const MAX_ENTRY_CHARACTERS = 4096;
/** What a header's name may hold (`token` of HTTP). */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** What a header's value may hold (`field-value` of HTTP). */
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** How a format writes baggage, one header an entry. */
export interface PrefixedBaggageFormat {
  /** Of the headers' names, in lower case. */
  readonly prefix: string;
  /** Otherwise values are written as they are, and those that no header can hold are left out. */
  readonly isPercentEncoded: boolean;
}

/** Writes each entry to the header `prefix + key`. Keys that are no header name, or that the carrier refuses, are left out. */
export function injectPrefixedBaggage<Carrier>(
  context: Context,
  carrier: Carrier,
  setter: TextMapSetter<Carrier>,
  { prefix, isPercentEncoded }: PrefixedBaggageFormat,
): void {
  for (const [key, entry] of (propagation.getBaggage(context)?.getAllEntries() ?? []).slice(0, MAX_ENTRIES)) {
    // Of JavaScript it may be anything.
    if (typeof entry !== 'object' || entry === null) continue;
    const text = textOf(entry.value);
    const value = isPercentEncoded ? encodeURIComponent(text.toWellFormed()) : text;
    if (!TOKEN.test(key) || !FIELD_VALUE.test(value) || value.length > MAX_ENTRY_CHARACTERS) continue;
    try {
      setter.set(carrier, prefix + key, value);
    } catch (error) {
      // Not every carrier takes what a header does (gRPC's metadata): the other entries go on.
      warnOnce(setter, 'Propagation: a baggage entry is left out', error);
    }
  }
}

/** Adds what the headers that begin with `prefix` carry. */
export function extractPrefixedBaggage<Carrier>(
  context: Context,
  carrier: Carrier,
  getter: TextMapGetter<Carrier>,
  { prefix, isPercentEncoded }: PrefixedBaggageFormat,
): Context {
  let baggage: Baggage | undefined;
  let count = 0;
  for (const name of getter.keys(carrier)) {
    if (name.length <= prefix.length || name.slice(0, prefix.length).toLowerCase() !== prefix) continue;
    const value = getter.get(carrier, name);
    const first: unknown = Array.isArray(value) ? value[0] : value;
    if (typeof first !== 'string' || first.length > MAX_ENTRY_CHARACTERS || count++ >= MAX_ENTRIES) continue;
    baggage ??= propagation.getBaggage(context) ?? propagation.createBaggage();
    baggage = baggage.setEntry(name.slice(prefix.length), { value: isPercentEncoded ? decoded(first) : first });
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
