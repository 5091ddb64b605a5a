import { normalizeSpanId, normalizeTraceId, type Resource, type Span, type SpanRejection } from '@throughline/model';
import { DecodeError } from '../decode-error.ts';
import type { DecodedSpans } from '../decoded-spans.ts';
import { nanoFromMicros, validInstant } from '../mapping/instants.ts';
import { isJsonObject, type JsonObject, jsonTypeName, optionalArray, optionalText } from '../mapping/json-object.ts';
import { readParentSpanId } from '../mapping/parent-span-id.ts';
import { SpanResults } from '../mapping/span-results.ts';
import type { JaegerLog, JaegerReference } from './jaeger-span.ts';
import { readTagList } from './jaeger-tag.ts';
import { NO_PROCESS, resourceOfProcess } from './process-resource.ts';
import { spanFromJaeger } from './span-from-jaeger.ts';

/**
 * Traces in the JSON of Jaeger's query API (v1), parsed: the envelope `{data: [trace, ...]}` (or `{data: trace}`), an
 * array of traces, or one trace `{spans, processes}`. What the UI adds to its downloads (warnings, depth, nested spans
 * in references) is not read; a span's own `process` counts where `processID` names none. An entry that is no span is
 * rejected. Throws `DecodeError` where the shape around the spans is another. Mapping: see `spanFromJaeger`.
 */
export function decodeJaegerJson(json: unknown): DecodedSpans {
  const results = new SpanResults();
  if (isJsonObject(json) && 'data' in json) {
    // A query that found nothing answers `data: null`.
    if (json['data'] !== null) readTraces(json['data'], '$.data', results);
  } else {
    readTraces(json, '$', results);
  }
  return results.decoded;
}

function readTraces(traces: unknown, path: string, results: SpanResults): void {
  if (!Array.isArray(traces)) {
    readTrace(traces, path, results);
    return;
  }
  for (const [i, trace] of traces.entries()) readTrace(trace, `${path}[${i}]`, results);
}

function readTrace(trace: unknown, path: string, results: SpanResults): void {
  if (!isJsonObject(trace)) throw malformed(path, 'a trace', trace);
  const spans = trace['spans'];
  if (!Array.isArray(spans)) throw malformed(`${path}.spans`, 'an array of spans', spans);
  const processes = trace['processes'];
  if (processes !== undefined && processes !== null && !isJsonObject(processes)) {
    throw malformed(`${path}.processes`, 'an object', processes);
  }
  const resources = new Map<string, Resource>();
  for (const [id, process] of Object.entries(processes ?? {})) resources.set(id, readProcess(process));
  for (const span of spans) results.add(readSpan(span, resources));
}

function malformed(path: string, expected: string, found: unknown): DecodeError {
  const what = found === undefined ? 'nothing' : jsonTypeName(found);
  return new DecodeError('malformed_payload', `Jaeger JSON: ${path} must be ${expected}, but is ${what}`);
}

function readProcess(process: unknown): Resource {
  if (!isJsonObject(process)) return NO_PROCESS;
  const { tags, unreadableCount } = readTagList(process['tags']);
  return resourceOfProcess(optionalText(process['serviceName']) ?? '', tags, unreadableCount);
}

function readSpan(span: unknown, resources: ReadonlyMap<string, Resource>): Span | SpanRejection {
  if (!isJsonObject(span)) return 'invalid_span';
  const traceId = textId(span['traceID'], normalizeTraceId);
  const spanId = textId(span['spanID'], normalizeSpanId);
  const parentSpanId = readParentSpanId(span['parentSpanID']);
  const startTimeUnixNano = validInstant(nanoFromMicros(span['startTime']));
  const operationName = optionalText(span['operationName']);
  if (traceId === '') return 'invalid_trace_id';
  if (spanId === '') return 'invalid_span_id';
  if (parentSpanId === undefined) return 'invalid_parent_span_id';
  if (startTimeUnixNano === undefined) return 'invalid_start_time';
  if (operationName === undefined) return 'invalid_span';
  const { tags, unreadableCount } = readTagList(span['tags']);
  const { references, unreadableReferencesCount } = readReferences(span['references']);
  const { logs, unreadableLogsCount } = readLogs(span['logs']);
  return spanFromJaeger({
    traceId,
    spanId,
    parentSpanId,
    operationName,
    references,
    flags: readFlags(span['flags']),
    startTimeUnixNano,
    durationNano: nanoFromMicros(span['duration'] ?? 0) ?? 0n,
    tags,
    logs,
    resource: resourceOf(span, resources),
    unreadableTagsCount: unreadableCount,
    unreadableLogsCount,
    unreadableReferencesCount,
  });
}

function resourceOf(span: JsonObject, resources: ReadonlyMap<string, Resource>): Resource {
  const processId = span['processID'];
  const known = typeof processId === 'string' ? resources.get(processId) : undefined;
  return known ?? readProcess(span['process']);
}

function textId(value: unknown, normalize: (id: string) => string | undefined): string {
  return typeof value === 'string' ? (normalize(value) ?? '') : '';
}

function readFlags(flags: unknown): number {
  return typeof flags === 'number' && Number.isInteger(flags) && flags >= 0 && flags < 2 ** 31 ? flags : 0;
}

function readReferences(list: unknown): {
  references: readonly JaegerReference[];
  unreadableReferencesCount: number;
} {
  const elements = optionalArray(list);
  if (elements === undefined) return { references: [], unreadableReferencesCount: 1 };
  const references: JaegerReference[] = [];
  for (const reference of elements) {
    if (!isJsonObject(reference)) continue;
    const traceId = textId(reference['traceID'], normalizeTraceId);
    const spanId = textId(reference['spanID'], normalizeSpanId);
    if (traceId === '' || spanId === '') continue;
    references.push({ followsFrom: reference['refType'] === 'FOLLOWS_FROM', traceId, spanId });
  }
  return { references, unreadableReferencesCount: elements.length - references.length };
}

function readLogs(list: unknown): { logs: readonly JaegerLog[]; unreadableLogsCount: number } {
  const elements = optionalArray(list);
  if (elements === undefined) return { logs: [], unreadableLogsCount: 1 };
  const logs: JaegerLog[] = [];
  for (const log of elements) {
    if (!isJsonObject(log)) continue;
    const timeUnixNano = validInstant(nanoFromMicros(log['timestamp']));
    if (timeUnixNano === undefined) continue;
    const { tags, unreadableCount } = readTagList(log['fields']);
    logs.push({ timeUnixNano, fields: tags, unreadableFieldsCount: unreadableCount });
  }
  return { logs, unreadableLogsCount: elements.length - logs.length };
}
