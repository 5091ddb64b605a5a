import { type Attributes, SpanKind } from '@throughline/model';
import { statementTemplate, textTemplate } from '../../text-template.ts';
import { childrenOf, remoteChildOf, type TraceFacts } from '../trace-facts.ts';

/**
 * Which spans do the same: equal numbers are equal service, kind and name or database statement, once ids and numbers are
 * taken out, and of calls the same callee and operation of it: many clients name every call alike.
 */
export interface SpanShapes {
  readonly shape: Uint32Array;
  /** 1 where the span is a query of a database. */
  readonly isQuery: Uint8Array;
  /** 1 where the span stands for work elsewhere: a client or producer, another service's span, or its direct parent. */
  readonly isCall: Uint8Array;
}

/** O(n) and the length of names and statements; equal texts are looked at once. */
export function spanShapes(facts: TraceFacts): SpanShapes {
  const { trace, spanCount, service } = facts;
  const shape = new Uint32Array(spanCount);
  const isQuery = new Uint8Array(spanCount);
  const isCall = new Uint8Array(spanCount);
  const shapes = new Map<string, number>();
  const names = new Map<string, string>();
  const statements = new Map<string, string>();
  const texts = trace.spans.map((span) => {
    const statement = statementOf(span.attributes);
    return statement === undefined
      ? cached(names, span.name, textTemplate)
      : cached(statements, statement, statementTemplate);
  });
  for (const [row, span] of trace.spans.entries()) {
    const statement = statementOf(span.attributes);
    const callee = remoteChildOf(facts, row);
    const target = callee < 0 ? '' : ` ${service[callee]} ${texts[callee]}`;
    const key = `${service[row]} ${span.kind} ${texts[row]}${target}`;
    let index = shapes.get(key);
    if (index === undefined) {
      index = shapes.size;
      shapes.set(key, index);
    }
    shape[row] = index;
    if (statement !== undefined || databaseOf(span.attributes) !== undefined) isQuery[row] = 1;
    const parent = trace.parent[row] ?? -1;
    if (span.kind === SpanKind.CLIENT || span.kind === SpanKind.PRODUCER) isCall[row] = 1;
    if (parent >= 0 && service[parent] !== service[row]) {
      isCall[row] = 1;
      isCall[parent] = 1;
    }
  }
  return { shape, isQuery, isCall };
}

/** The children of each span that has several, grouped by shape; groups in the order of their first child. */
export function* siblingGroups(facts: TraceFacts, { shape }: SpanShapes): Generator<readonly number[]> {
  for (let row = -1; row < facts.spanCount; row++) {
    const children = childrenOf(facts, row);
    if (children.length < 2) continue;
    const groups = new Map<number, number[]>();
    for (const child of children) {
      const group = groups.get(shape[child] ?? 0);
      if (group === undefined) groups.set(shape[child] ?? 0, [child]);
      else group.push(child);
    }
    yield* groups.values();
  }
}

/** The part of a call that may overlap with the next one and still come before it. */
const OVERLAP_TOLERANCE = 0.05;

/** Whether `next` began when `previous` was over, or nearly. */
export function isAfter({ startNano, endNano }: TraceFacts, previous: number, next: number): boolean {
  const end = endNano[previous] ?? 0;
  return (startNano[next] ?? 0) >= end - OVERLAP_TOLERANCE * (end - (startNano[previous] ?? 0));
}

/** Source: database semantic conventions, current and before 1.28. */
export function statementOf(attributes: Attributes): string | undefined {
  const text = attributes.get('db.query.text') ?? attributes.get('db.statement');
  return typeof text === 'string' && text !== '' ? text : undefined;
}

function databaseOf(attributes: Attributes): string | undefined {
  const system = attributes.get('db.system.name') ?? attributes.get('db.system');
  return typeof system === 'string' ? system : undefined;
}

function cached(cache: Map<string, string>, text: string, compute: (text: string) => string): string {
  let result = cache.get(text);
  if (result === undefined) {
    result = compute(text);
    cache.set(text, result);
  }
  return result;
}
