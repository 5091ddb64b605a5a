import {
  type AttributeValue,
  instantFromSeconds,
  normalizeSpanId,
  normalizeTraceId,
  parseInstant,
} from '@throughline/model';
import { readTagList } from '../jaeger/jaeger-tag.ts';
import { validInstant } from '../mapping/instants.ts';
import { isJsonObject } from '../mapping/json-object.ts';
import { decodeValue } from './attribute-types.ts';
import { nanoFromSecondsText } from './seconds.ts';

/* What spans, events, links and resources of the simple span list have in common. */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A hex id of up to 32 digits, or a UUID. */
export function readTraceId(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  return normalizeTraceId(UUID.test(value) ? value.replaceAll('-', '') : value);
}

export function readSpanId(value: unknown): string | undefined {
  return typeof value === 'string' ? normalizeSpanId(value) : undefined;
}

/** Exact decimal nanoseconds, else seconds or ISO 8601; undefined for anything else. */
export function readInstant(unixNano: unknown, time: unknown): bigint | undefined {
  if (unixNano !== undefined && unixNano !== null) {
    if (typeof unixNano === 'number') return Number.isInteger(unixNano) ? validInstant(BigInt(unixNano)) : undefined;
    if (typeof unixNano === 'bigint') return validInstant(unixNano);
    return typeof unixNano === 'string' && /^\d{1,20}$/.test(unixNano) ? validInstant(BigInt(unixNano)) : undefined;
  }
  if (typeof time === 'number') return instantFromSeconds(time);
  if (typeof time !== 'string') return undefined;
  // A space in place of the T is not ISO 8601, but many print it so.
  return validInstant(nanoFromSecondsText(time)) ?? parseInstant(time.replace(' ', 'T'));
}

export interface ReadAttributes {
  readonly attributes: Map<string, AttributeValue>;
  readonly unreadableCount: number;
}

/** An object with the types that go with it, or a list of Jaeger's tags. */
export function readAttributes(json: unknown, types: unknown): ReadAttributes {
  if (Array.isArray(json)) {
    const { tags, unreadableCount } = readTagList(json);
    return { attributes: tags, unreadableCount };
  }
  const attributes = new Map<string, AttributeValue>();
  if (json === undefined || json === null) return { attributes, unreadableCount: 0 };
  if (!isJsonObject(json)) return { attributes, unreadableCount: 1 };
  const hints = isJsonObject(types) ? types : {};
  let unreadableCount = 0;
  for (const [key, element] of Object.entries(json)) {
    const value = decodeValue(element, Object.hasOwn(hints, key) ? hints[key] : undefined);
    if (value === undefined) unreadableCount++;
    else attributes.set(key, value);
  }
  return { attributes, unreadableCount };
}

/** Attributes given in more than one place, joined; of a key in several the first place counts. */
export function readJoinedAttributes(places: readonly unknown[], types: unknown): ReadAttributes {
  const attributes = new Map<string, AttributeValue>();
  let unreadableCount = 0;
  for (const place of places) {
    const read = readAttributes(place, types);
    unreadableCount += read.unreadableCount;
    for (const [key, value] of read.attributes) if (!attributes.has(key)) attributes.set(key, value);
  }
  return { attributes, unreadableCount };
}

const MAX_UINT32 = 2 ** 32 - 1;

/** 0 for anything else than an unsigned 32-bit integer. */
export function readUint32(value: unknown): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_UINT32 ? value : 0;
}

/** A dropped count, held within 32 bits. */
export function sum(a: number, b: number): number {
  return Math.min(a + b, MAX_UINT32);
}
