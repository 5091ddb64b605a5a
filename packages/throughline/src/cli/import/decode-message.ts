import { constants } from 'node:buffer';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import type { Span } from '@throughline/model';
import {
  DecodeError,
  type DecodedSpans,
  decodeJaegerJson,
  decodeOtlpJson,
  decodeOtlpProtobuf,
  decodeSimpleSpans,
  decodeZipkinJson,
  parseJsonExactly,
} from '@throughline/wire';
import { messageOf } from '../error-message.ts';

/** What one message holds. */
export interface MessageSpans {
  readonly spans: readonly Span[];
  /** Spans left out, by reason. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Pieces of Zipkin spans that were joined with others; not counted as spans. */
  readonly mergedFragmentCount: number;
}

/** What a message is made of; undefined finds it out from the content. */
export type MessageFormat = 'otlp-json' | 'otlp-protobuf' | 'jaeger' | 'zipkin' | 'simple';

const unzstd = promisify(zlib.zstdDecompress);
const gunzip = promisify(zlib.gunzip);

/**
 * The spans of one message: a document, a line, or a length-prefixed message, which may be compressed by itself (the
 * Collector's file exporter does that with zstd).
 *
 * @throws DecodeError
 */
export async function decodeMessage(
  bytes: Buffer,
  format: MessageFormat | undefined,
  maxBytes: number,
): Promise<MessageSpans> {
  const content = await unpack(bytes, maxBytes);
  const first = content[firstContent(content)];
  const isJson = first === 0x7b || first === 0x5b;
  if (format === 'otlp-protobuf' || (format === undefined && !isJson && content.length > 0 && first !== undefined)) {
    return plain(decodeOtlpProtobuf(content));
  }
  if (content.length > constants.MAX_STRING_LENGTH) {
    throw new DecodeError(
      'unsupported_payload',
      `a document of ${content.length} bytes is too large to read as a whole`,
    );
  }
  const text = content.toString('utf8').replace(/^\uFEFF/, '');
  if (text.trim() === '') return plain({ spans: [], rejected: {} });
  if (format === 'otlp-json' || (format === undefined && OTLP_START.test(text))) return plain(decodeOtlpJson(text));
  return decodeJson(text, format);
}

const OTLP_START = /^\s*\{\s*"resourceSpans"/;
const GZIP = [0x1f, 0x8b] as const;
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd] as const;

async function unpack(bytes: Buffer, maxBytes: number): Promise<Buffer> {
  const startsWith = (magic: readonly number[]): boolean => magic.every((byte, i) => bytes[i] === byte);
  const decompress = startsWith(ZSTD) ? unzstd : startsWith(GZIP) ? gunzip : undefined;
  if (decompress === undefined) return bytes;
  try {
    return await decompress(bytes, { maxOutputLength: maxBytes });
  } catch (cause) {
    throw new DecodeError('malformed_payload', `compressed message: ${messageOf(cause)}`, { cause });
  }
}

function firstContent(bytes: Uint8Array): number {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (bytes[at] === 0x20 || bytes[at] === 0x09 || bytes[at] === 0x0a || bytes[at] === 0x0d) at++;
  return at;
}

function decodeJson(
  text: string,
  format: Exclude<MessageFormat, 'otlp-json' | 'otlp-protobuf'> | undefined,
): MessageSpans {
  const json = parseJsonExactly(text);
  switch (format ?? jsonFormat(json)) {
    case 'otlp-json':
      return plain(decodeOtlpJson(text));
    case 'otlp-json-list':
      // Each element of an array is an export request of its own.
      return joined(listOf(json).map((request) => decodeOtlpJson(JSON.stringify(request, integerText))));
    case 'jaeger':
      return plain(decodeJaegerJson(json));
    case 'zipkin':
      return decodeZipkinJson(json);
    case 'simple':
      return plain(decodeSimpleSpans(simpleList(json)));
    default:
      throw new DecodeError('unsupported_payload', `JSON of no format that is known (${describe(json)})`);
  }
}

/** Integers beyond 2^53 as strings, as which OTLP/JSON takes them. */
function integerText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

/** Which of the JSON formats this is, by the names that only it has. */
function jsonFormat(json: unknown): 'otlp-json' | 'otlp-json-list' | 'jaeger' | 'zipkin' | 'simple' | undefined {
  if (isObject(json)) {
    if ('resourceSpans' in json || Object.keys(json).length === 0) return 'otlp-json';
    if ('data' in json || 'traceID' in json || ('spans' in json && 'processes' in json)) return 'jaeger';
    return 'span_id' in json || ('trace_id' in json && 'spans' in json) ? 'simple' : undefined;
  }
  if (!Array.isArray(json)) return undefined;
  const elements: readonly unknown[] = json;
  if (elements.length === 0 || elements.some((element) => Array.isArray(element))) return 'zipkin';
  for (const element of elements) {
    if (!isObject(element)) continue;
    if ('resourceSpans' in element) return 'otlp-json-list';
    if ('traceID' in element) return 'jaeger';
    if ('traceId' in element && 'id' in element) return 'zipkin';
    if ('span_id' in element || 'trace_id' in element) return 'simple';
  }
  return undefined;
}

/** The list itself, the API's answer that carries one, or a single span (in JSON lines). */
function simpleList(json: unknown): unknown {
  if (!isObject(json)) return json;
  return Array.isArray(json['spans']) ? json['spans'] : [json];
}

function describe(json: unknown): string {
  const sample: unknown = Array.isArray(json) ? json.find(isObject) : json;
  if (!isObject(sample)) return Array.isArray(json) ? 'an array without objects' : `a ${typeof json}`;
  const keys = Object.keys(sample).slice(0, 5);
  return `${Array.isArray(json) ? 'an array of objects' : 'an object'} with the keys ${keys.join(', ')}`;
}

function plain(decoded: DecodedSpans): MessageSpans {
  return { ...decoded, mergedFragmentCount: 0 };
}

function joined(parts: readonly DecodedSpans[]): MessageSpans {
  const rejected: Record<string, number> = {};
  for (const part of parts) {
    for (const [reason, count] of Object.entries(part.rejected)) {
      rejected[reason] = (rejected[reason] ?? 0) + count;
    }
  }
  return { spans: parts.flatMap(({ spans }) => spans), rejected, mergedFragmentCount: 0 };
}

function listOf(json: unknown): readonly unknown[] {
  return Array.isArray(json) ? json : [];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
