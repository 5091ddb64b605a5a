import { assembleTrace, type Span } from '@throughline/model';
import type { SpanStore, TraceSummary } from '@throughline/store';
import { encodeSimpleSpan } from '@throughline/wire';
import type { IncompletenessReason } from '../completeness.ts';
import { type Deadline, isQueryTimeout } from '../deadline.ts';
import { ParameterError } from '../http/parameter-error.ts';
import type { SelectedAttributes } from './answer-types.ts';
import { MAX_LISTED_TRACE_SPANS, MAX_SELECTED_ATTRIBUTES } from '../client/select-limits.ts';

/** Spans that are read at once, more or less. */
const AIM_SPANS = 20_000;

/** An attribute to list with each trace, and how it was written. */
export interface SelectedField {
  readonly text: string;
  readonly scope: 'span' | 'resource';
  readonly name: string;
}

/** @throws ParameterError */
export function selectedFields(select: readonly string[]): readonly SelectedField[] {
  if (select.length > MAX_SELECTED_ATTRIBUTES) {
    const message = `Parameter "select": at most ${MAX_SELECTED_ATTRIBUTES} may be given`;
    throw new ParameterError('invalid_parameter', 'select', message);
  }
  return select.map((text) => {
    const dot = text.indexOf('.');
    const [scope, name] = [text.slice(0, dot), text.slice(dot + 1)];
    if ((scope === 'span' || scope === 'resource') && name !== '') return { text, scope, name };
    const message = `Parameter "select": ${JSON.stringify(text.slice(0, 80))} is neither span.NAME nor resource.NAME`;
    throw new ParameterError('invalid_parameter', 'select', message);
  });
}

/**
 * The attributes of each trace by its id: of the first span that has one, depth-first from the root. Traces with too many
 * spans, and those that time did not suffice for, are left out; of the latter a reason tells.
 */
export async function selectAttributes(
  traces: readonly TraceSummary[],
  fields: readonly SelectedField[],
  {
    tenant,
    store,
    deadline,
  }: { readonly tenant: string; readonly store: SpanStore; /** Of the whole request. */ readonly deadline: Deadline },
): Promise<{
  readonly attributes: ReadonlyMap<string, SelectedAttributes>;
  readonly reasons: readonly IncompletenessReason[];
}> {
  const attributes = new Map<string, SelectedAttributes>();
  const small = traces.filter(({ spanCount }) => spanCount <= MAX_LISTED_TRACE_SPANS);
  const { signal } = deadline;
  try {
    for (const batch of batchesOf(small)) {
      signal.throwIfAborted();
      const read = await store.readTraces(tenant, batch, { signal, maxSpansPerTrace: MAX_LISTED_TRACE_SPANS });
      for (const [traceId, { spans, assembled }] of read) {
        attributes.set(traceId, firstValues((assembled ?? assembleTrace(spans)).spans, fields));
      }
    }
  } catch (error) {
    if (!deadline.expired && !isQueryTimeout(error)) throw error;
    const message = `The attributes of ${small.length - attributes.size} traces were not read: the time was up`;
    return { attributes, reasons: [{ code: 'query_timeout', message }] };
  }
  return { attributes, reasons: [] };
}

function* batchesOf(traces: readonly TraceSummary[]): Generator<readonly string[]> {
  let batch: string[] = [];
  let spanCount = 0;
  for (const trace of traces) {
    batch.push(trace.traceId);
    spanCount += trace.spanCount;
    if (spanCount < AIM_SPANS) continue;
    yield batch;
    batch = [];
    spanCount = 0;
  }
  if (batch.length > 0) yield batch;
}

function firstValues(spans: readonly Span[], fields: readonly SelectedField[]): SelectedAttributes {
  const values: Record<string, unknown> = {};
  for (const { text, scope, name } of fields) {
    const owner = spans.find((span) => (scope === 'span' ? span : span.resource).attributes.has(name));
    if (owner === undefined) continue;
    const { attributes, resource_attributes: ofResource } = encodeSimpleSpan(owner);
    values[text] = (scope === 'span' ? attributes : ofResource)[name];
  }
  return values;
}
