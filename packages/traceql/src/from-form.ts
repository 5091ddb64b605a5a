import type { AttributeScope } from './conditions.ts';
import { kindKeywords } from './intrinsics.ts';
import {
  allOf,
  anyOf,
  type ComparisonOperator,
  type FieldExpression,
  filterQuery,
  type IntrinsicField,
  type Literal,
  type Query,
  type SpansetExpression,
} from './syntax.ts';

/** What search forms and query parameters ask for; what is absent is not asked. All of it has to hold for one span. */
export interface SpanFilterForm {
  /** Spans without `service.name` belong to `unknown_service`. */
  readonly service?: string | undefined;
  readonly operation?: string | undefined;
  /** See {@link tagCondition}. */
  readonly tags?: readonly (readonly [key: string, value: string])[] | undefined;
  /** The span's own duration; inclusive. */
  readonly minSpanDurationNano?: bigint | undefined;
  readonly maxSpanDurationNano?: bigint | undefined;
  /** The whole trace's duration; inclusive. */
  readonly minTraceDurationNano?: bigint | undefined;
  readonly maxTraceDurationNano?: bigint | undefined;
  /** Whether the span is an error span in the model's sense. */
  readonly error?: boolean | undefined;
  /** What else a dialect asks of the same span. */
  readonly conditions?: readonly FieldExpression[] | undefined;
}

/** Spans of one service whose parent is in another: the calls of an edge of the service graph. */
export function callFilter(parentService: string, childService: string): Query {
  return {
    kind: 'query',
    spanset: {
      kind: 'structural',
      operator: '>',
      left: spanFilter({ service: parentService }).spanset,
      right: spanFilter({ service: childService }).spanset,
    },
  };
}

/** The form as a query with one filter; an empty form selects every span. */
export function spanFilter(form: SpanFilterForm): Query {
  const conditions: FieldExpression[] = [];
  if (form.service !== undefined) conditions.push(serviceCondition(form.service));
  if (form.operation !== undefined) conditions.push(compare(intrinsic('name'), '=', text(form.operation)));
  for (const [key, value] of form.tags ?? []) conditions.push(tagCondition(key, value));
  for (const condition of form.conditions ?? []) conditions.push(condition);
  const bounds = [
    ['duration', '>=', form.minSpanDurationNano],
    ['duration', '<=', form.maxSpanDurationNano],
    ['traceDuration', '>=', form.minTraceDurationNano],
    ['traceDuration', '<=', form.maxTraceDurationNano],
  ] as const;
  for (const [field, operator, value] of bounds) {
    if (value !== undefined) {
      conditions.push(compare(intrinsic(field), operator, { kind: 'literal', type: 'duration', value }));
    }
  }
  if (form.error !== undefined) conditions.push(errorCondition(form.error));
  return filterQuery(allOf(conditions));
}

/**
 * Both queries: two filters become one, which a single span has to satisfy as a whole; of anything else the trace has
 * to satisfy both, each with spans of its own.
 */
export function bothQueries(left: Query, right: Query): Query {
  if (left.spanset.kind === 'filter' && right.spanset.kind === 'filter') {
    const conditions = [left.spanset.condition, right.spanset.condition];
    return filterQuery(
      allOf(conditions.filter((condition) => condition.kind !== 'literal' || condition.value !== true)),
    );
  }
  const operands = [left.spanset, right.spanset].flatMap((spanset) =>
    spanset.kind === 'spansetAnd' ? spanset.operands : [spanset],
  );
  return { kind: 'query', spanset: { kind: 'spansetAnd', operands } };
}

/**
 * The spans that the query selects and that satisfy the condition too. Undefined where the language has no words for it:
 * where spans on both sides of a `&&` or an operator such as `&>>` are selected.
 */
export function narrowQuery(query: Query, condition: FieldExpression): Query | undefined {
  const spanset = narrowSpanset(query.spanset, condition);
  return spanset === undefined ? undefined : { kind: 'query', spanset };
}

function narrowSpanset(spanset: SpansetExpression, condition: FieldExpression): SpansetExpression | undefined {
  switch (spanset.kind) {
    case 'filter':
      return bothQueries({ kind: 'query', spanset }, filterQuery(condition)).spanset;
    case 'spansetOr': {
      const operands = spanset.operands.flatMap((operand) => narrowSpanset(operand, condition) ?? []);
      return operands.length === spanset.operands.length ? { kind: 'spansetOr', operands } : undefined;
    }
    case 'spansetAnd':
      return undefined;
    case 'structural': {
      const { operator, left } = spanset;
      const right = operator.startsWith('&') ? undefined : narrowSpanset(spanset.right, condition);
      return right === undefined ? undefined : { kind: 'structural', operator, left, right };
    }
  }
}

function compare(left: FieldExpression, operator: ComparisonOperator, right: FieldExpression): FieldExpression {
  return { kind: 'comparison', operator, left, right };
}

function intrinsic(name: IntrinsicField['name']): FieldExpression {
  return { kind: 'intrinsic', name };
}

function attribute(scope: AttributeScope, name: string): FieldExpression {
  return { kind: 'attribute', scope, parent: false, name };
}

function text(value: string): Literal {
  return { kind: 'literal', type: 'text', value };
}

function errorCondition(value: boolean): FieldExpression {
  return compare(intrinsic('error'), '=', { kind: 'literal', type: 'boolean', value });
}

function serviceCondition(service: string): FieldExpression {
  return compare(attribute('resource', 'service.name'), '=', text(service));
}

/**
 * `key=value` as people type it: the attribute of the span or else of the resource (or of the scopes given), as text or,
 * where the value reads like one, as a number or boolean. `error=true` asks for the model's error spans, `service.name`
 * for the service, `span.kind=server` for the kind or a tag of that name.
 */
export function tagCondition(key: string, value: string, scopes: readonly AttributeScope[] = ['any']): FieldExpression {
  if (key === 'error' && (value === 'true' || value === 'false')) return errorCondition(value === 'true');
  if (key === 'service.name') return serviceCondition(value);
  const equal = scopes.flatMap((scope) =>
    readings(value).map((reading) => compare(attribute(scope, key), '=', reading)),
  );
  const kind = key === 'span.kind' ? kindKeywords.get(value.toLowerCase()) : undefined;
  if (kind === undefined) return anyOf(equal);
  return anyOf([compare(intrinsic('kind'), '=', { kind: 'literal', type: 'kind', value: kind }), ...equal]);
}

const MAX_INT64 = 2n ** 63n - 1n;

/** The literals that a text of a form may stand for: always the text itself. */
function readings(value: string): readonly Literal[] {
  const asText = text(value);
  if (value === 'true' || value === 'false') {
    return [asText, { kind: 'literal', type: 'boolean', value: value === 'true' }];
  }
  if (/^-?\d{1,19}$/.test(value)) {
    const integer = BigInt(value);
    if (integer <= MAX_INT64 && integer >= -MAX_INT64 - 1n)
      return [asText, { kind: 'literal', type: 'integer', value: integer }];
  }
  if (/^-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(value)) {
    const float = Number(value);
    if (Number.isFinite(float)) return [asText, { kind: 'literal', type: 'float', value: float }];
  }
  return [asText];
}
