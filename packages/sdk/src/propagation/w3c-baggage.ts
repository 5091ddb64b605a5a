import {
  type BaggageEntry,
  baggageEntryMetadataFromString,
  type Context,
  propagation,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';

import { textOf } from '../span/text-of.ts';
import { isSuppressed } from './carried-context.ts';
import { trimBlanks } from './trace-state.ts';

/** What is read and written at most; what exceeds is left out whole. Above the minima of W3C Baggage, section 3.3.2. */
export interface BaggageLimits {
  /** Default 180. */
  readonly maxEntries?: number;
  /** Of one `key=value;properties`. Default 4096. */
  readonly maxEntryBytes?: number;
  /** Of the header. Default 8192. */
  readonly maxBytes?: number;
}

/** `token` of HTTP (W3C Baggage, section 3.2.1.2), and the parentheses that the official SDK does not encode. */
const KEY = /^[!#$%&'()*+\-.^_`|~0-9A-Za-z]+$/;
const METADATA = /^[\x21-\x2b\x2d-\x7e \t]*$/;

/** W3C Baggage: percent-encoded values, properties kept as text. */
export function baggagePropagator(limits: BaggageLimits = {}): TextMapPropagator {
  const { maxEntries = 180, maxEntryBytes = 4096, maxBytes = 8192 } = limits;
  return {
    fields: () => ['baggage'],

    inject<Carrier>(context: Context, carrier: Carrier, setter: TextMapSetter<Carrier>): void {
      const baggage = propagation.getBaggage(context);
      if (baggage === undefined || isSuppressed(context)) return;
      let header = '';
      let count = 0;
      for (const [key, entry] of baggage.getAllEntries()) {
        const text = formatEntry(key, entry);
        const length = header.length + text.length + (count === 0 ? 0 : 1);
        if (text === '' || text.length > maxEntryBytes || length > maxBytes || count >= maxEntries) continue;
        header += count === 0 ? text : `,${text}`;
        count++;
      }
      if (header !== '') setter.set(carrier, 'baggage', header);
    },

    extract<Carrier>(context: Context, carrier: Carrier, getter: TextMapGetter<Carrier>): Context {
      let value = getter.get(carrier, 'baggage');
      // Next to a `traceparent` there is none in upper case, and one that is there is cheaper to look up than one that is not.
      if (value === undefined && getter.get(carrier, 'traceparent') === undefined)
        value = getter.get(carrier, 'Baggage');
      if (value === undefined) return context;
      const headers: readonly unknown[] = Array.isArray(value) ? value : [value];
      const entries: Record<string, BaggageEntry> = {};
      let count = 0;
      let byteCount = 0;
      for (const header of headers) {
        if (typeof header !== 'string') continue;
        for (let start = 0; start <= header.length && count < maxEntries;) {
          const comma = header.indexOf(',', start);
          const end = comma === -1 ? header.length : comma;
          const size = end - start + (count === 0 ? 0 : 1);
          const parsed = end - start > maxEntryBytes ? undefined : parseEntry(header.slice(start, end));
          start = end + 1;
          if (parsed === undefined || byteCount + size > maxBytes) continue;
          Object.defineProperty(entries, parsed[0], {
            value: parsed[1],
            enumerable: true,
            configurable: true,
            writable: true,
          });
          count++;
          byteCount += size;
        }
      }
      return count === 0 ? context : propagation.setBaggage(context, propagation.createBaggage(entries));
    },
  };
}

function formatEntry(key: string, entry: BaggageEntry): string {
  // Of JavaScript it may be anything.
  if (key === '' || typeof entry !== 'object' || entry === null) return '';
  const name = encodeURIComponent(key.toWellFormed()).replaceAll('(', '%28').replaceAll(')', '%29');
  const text = `${name}=${encodeURIComponent(textOf(entry.value).toWellFormed())}`;
  const metadata = textOf(entry.metadata);
  return metadata === '' || !METADATA.test(metadata) ? text : `${text};${metadata}`;
}

function parseEntry(text: string): [string, BaggageEntry] | undefined {
  const semicolon = text.indexOf(';');
  const pair = semicolon === -1 ? text : text.slice(0, semicolon);
  const equals = pair.indexOf('=');
  const key = trimBlanks(pair.slice(0, Math.max(equals, 0)));
  if (!KEY.test(key)) return undefined;
  const value = percentDecoded(trimBlanks(pair.slice(equals + 1)));
  const metadata = semicolon === -1 ? '' : trimBlanks(text.slice(semicolon + 1));
  const entry = metadata === '' ? { value } : { value, metadata: baggageEntryMetadataFromString(metadata) };
  return [percentDecoded(key), entry];
}

/** Octets that are no UTF-8 become U+FFFD (W3C Baggage, section 3.2.1.3); a `%` without two hex digits is itself. */
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replaceAll(/(?:%[0-9a-fA-F]{2})+/g, (octets) =>
      new TextDecoder().decode(Uint8Array.from(octets.slice(1).split('%'), (octet) => Number.parseInt(octet, 16))),
    );
  }
}
