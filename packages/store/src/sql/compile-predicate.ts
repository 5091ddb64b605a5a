import { isSpanId, isTraceId } from '@throughline/model';
import type {
  AttributeScope,
  ConditionField,
  ConditionIntrinsic,
  ConditionOperator,
  ConditionValue,
  SpanPredicate,
} from '@throughline/traceql';
import { arrayToken, keyToken, valueToken } from '../native/attribute-tokens.ts';
import { canonicalCompare, canonicalExists, scopeField } from './canonical-text-condition.ts';
import {
  compareBoolean,
  compareDouble,
  compareInteger,
  compareText,
  INT64,
  UINT64,
  zeroSatisfies,
} from './compare-scalar.ts';
import {
  allOf,
  ALWAYS,
  anyOf,
  disjunction,
  exactly,
  negation,
  NEVER,
  type SqlCondition,
  UNKNOWN,
} from './sql-condition.ts';
import type { SqlParameters } from './sql-parameters.ts';

export type Comparison = Extract<SpanPredicate, { readonly kind: 'compare' }>;

/** What is known from elsewhere about leaves of a predicate. */
export interface LeafFacts {
  /**
   * Whether any resource of the tenant may satisfy this leaf (of scope `any`) as far as it looks at resources. Where none
   * does, the SQL leaves resources out, and indexes on the spans' own attributes can be used.
   */
  readonly resourceMaySatisfy: (leaf: SpanPredicate) => boolean;
  /** Whether any span of the tenant may have an array under this key; as above, an alternative less lets an index work. */
  readonly mayHoldArray: (key: string) => boolean;
}

export const NO_FACTS: LeafFacts = { resourceMaySatisfy: () => true, mayHoldArray: () => true };

/** A predicate as a condition on a row of the table `spans`. */
export function compilePredicate(
  predicate: SpanPredicate,
  parameters: SqlParameters,
  facts: LeafFacts = NO_FACTS,
): SqlCondition {
  switch (predicate.kind) {
    case 'true':
      return ALWAYS;
    case 'and':
      return allOf(predicate.operands.map((operand) => compilePredicate(operand, parameters, facts)));
    case 'or':
      return anyOf(predicate.operands.map((operand) => compilePredicate(operand, parameters, facts)));
    case 'exists':
      return compileExists(predicate, parameters, facts);
    case 'compare':
      return compileComparison(predicate, parameters, facts);
  }
}

/** The part of a leaf of scope `any` that looks at the resource, for the table `resources`. */
export function compileResourcePart(leaf: SpanPredicate, parameters: SqlParameters): SqlCondition {
  if ((leaf.kind !== 'compare' && leaf.kind !== 'exists') || leaf.field.kind !== 'attribute') return UNKNOWN;
  const { name } = leaf.field;
  return leaf.kind === 'exists'
    ? canonicalExists('resource', name, parameters)
    : canonicalCompare('resource', name, leaf.operator, leaf.value, parameters);
}

function compileExists(
  leaf: { readonly kind: 'exists'; readonly field: ConditionField },
  parameters: SqlParameters,
  facts: LeafFacts,
): SqlCondition {
  const { field } = leaf;
  if (field.kind === 'intrinsic') return intrinsicExists(field.name);
  const { scope, name } = field;
  if (!name.isWellFormed()) return NEVER;
  switch (scope) {
    case 'span':
      return exactly(spanExists(name, parameters));
    case 'any':
      return anyOf([
        exactly(spanExists(name, parameters)),
        facts.resourceMaySatisfy(leaf) ? canonicalExists('resource', name, parameters) : NEVER,
      ]);
    case 'resource':
      return name === 'service.name' ? ALWAYS : canonicalExists('resource', name, parameters);
    case 'instrumentation':
      return canonicalExists('scope', name, parameters);
    case 'event':
    case 'link':
      return { may: hasKeyToken(scope, name, parameters), must: '0' };
  }
}

function intrinsicExists(name: ConditionIntrinsic): SqlCondition {
  switch (name) {
    case 'eventName':
      return exactly('notEmpty(events)');
    case 'linkTraceId':
    case 'linkSpanId':
      return exactly('notEmpty(links)');
    default:
      return ALWAYS;
  }
}

function compileComparison(leaf: Comparison, parameters: SqlParameters, facts: LeafFacts): SqlCondition {
  const { field, operator, value } = leaf;
  if (field.kind === 'intrinsic') return compareIntrinsic(field.name, operator, value, parameters);
  const { name } = field;
  if (!name.isWellFormed()) return NEVER;
  switch (field.scope) {
    case 'span':
      return compareSpanAttribute(name, operator, value, parameters, facts);
    case 'any':
      return compareAnyAttribute(leaf, name, parameters, facts);
    case 'resource':
      return name === 'service.name'
        ? compareText('service', operator, value, parameters)
        : canonicalCompare('resource', name, operator, value, parameters);
    case 'instrumentation':
      return canonicalCompare('scope', name, operator, value, parameters);
    case 'event':
    case 'link':
      return compareToken(field.scope, name, operator, value, parameters);
  }
}

/** The resource's attribute counts where the span has none of that name. */
function compareAnyAttribute(
  leaf: Comparison,
  name: string,
  parameters: SqlParameters,
  facts: LeafFacts,
): SqlCondition {
  const ofSpan = compareSpanAttribute(name, leaf.operator, leaf.value, parameters, facts);
  if (!facts.resourceMaySatisfy(leaf)) return ofSpan;
  const ofResource = canonicalCompare('resource', name, leaf.operator, leaf.value, parameters);
  const notInSpan: SqlCondition = { may: '1', must: negation(spanExists(name, parameters)) };
  return anyOf([ofSpan, allOf([notInSpan, ofResource])]);
}

function spanExists(name: string, parameters: SqlParameters): string {
  const key = parameters.string(name);
  const maps = ['attr_string', 'attr_int', 'attr_double', 'attr_bool'];
  // A null is stored as an empty message, and is no value.
  return disjunction([...maps.map((map) => `mapContains(${map}, ${key})`), `notEmpty(attr_other[${key}])`]);
}

function compareSpanAttribute(
  name: string,
  operator: ConditionOperator,
  value: ConditionValue,
  parameters: SqlParameters,
  facts: LeafFacts,
): SqlCondition {
  const key = parameters.string(name);
  // A map gives the type's default where it has no such key.
  const present = (map: string, condition: SqlCondition): SqlCondition =>
    allOf([exactly(`mapContains(${map}, ${key})`), condition]);
  const array = facts.mayHoldArray(name) ? arrayMayHold(key, operator, value, parameters) : NEVER;
  switch (typeof value) {
    case 'string': {
      const text = compareText(`attr_string[${key}]`, operator, value, parameters);
      return anyOf([operator === '=' && value !== '' ? text : present('attr_string', text), array]);
    }
    case 'boolean':
      return anyOf([present('attr_bool', compareBoolean(`attr_bool[${key}]`, operator, value)), array]);
    default: {
      const int = compareInteger(`attr_int[${key}]`, INT64, operator, value, parameters);
      const double = compareDouble(`attr_double[${key}]`, operator, value, parameters);
      const isPlain = !zeroSatisfies(operator, value) && int.may !== '1' && double.may !== '1';
      return anyOf(isPlain ? [int, double, array] : [present('attr_int', int), present('attr_double', double), array]);
    }
  }
}

/** Arrays are stored encoded: the first byte tells them, and a text that is in one is in its bytes. */
function arrayMayHold(
  key: string,
  operator: ConditionOperator,
  value: ConditionValue,
  parameters: SqlParameters,
): SqlCondition {
  const isArray = `mapContains(attr_other, ${key}) AND startsWith(attr_other[${key}], '\\x2A')`;
  // Bytes that are not UTF-8 are in there as they came, and are U+FFFD to a reader.
  const isSearchable = typeof value === 'string' && operator === '=' && value !== '' && value.isWellFormed();
  if (!isSearchable || value.includes('\ufffd')) return { may: `(${isArray})`, must: '0' };
  return { may: `(${isArray} AND position(attr_other[${key}], ${parameters.string(value)}) > 0)`, must: '0' };
}

function compareToken(
  scope: Extract<AttributeScope, 'event' | 'link'>,
  name: string,
  operator: ConditionOperator,
  value: ConditionValue,
  parameters: SqlParameters,
): SqlCondition {
  const isExactText = typeof value === 'string' && operator === '=';
  if (isExactText && !value.isWellFormed()) return NEVER;
  // Tokens are of the bytes as they came; bytes that are not UTF-8 are U+FFFD to a reader.
  if (!isExactText || value.includes('\ufffd') || name.includes('\ufffd')) {
    return { may: hasKeyToken(scope, name, parameters), must: '0' };
  }
  const key = Buffer.from(name);
  const tokens = [valueToken(key, Buffer.from(value)), arrayToken(key)].map((token) => parameters.uint32(token));
  return { may: `hasAny(${scope}_tokens, [${tokens.join(', ')}])`, must: '0' };
}

function hasKeyToken(
  scope: Extract<AttributeScope, 'event' | 'link'>,
  name: string,
  parameters: SqlParameters,
): string {
  if (name.includes('\ufffd')) return `notEmpty(${scope}_tokens)`;
  return `has(${scope}_tokens, ${parameters.uint32(keyToken(Buffer.from(name)))})`;
}

function compareIntrinsic(
  name: ConditionIntrinsic,
  operator: ConditionOperator,
  value: ConditionValue,
  parameters: SqlParameters,
): SqlCondition {
  switch (name) {
    case 'name':
    case 'service':
      return compareText(name, operator, value, parameters);
    case 'statusMessage':
      return compareText('status_message', operator, value, parameters);
    case 'duration':
      return compareInteger('duration_nano', UINT64, operator, value, parameters);
    case 'kind':
      return compareInteger('kind', UINT64, operator, value, parameters);
    case 'status':
      return compareInteger('status_code', UINT64, operator, value, parameters);
    case 'error':
      return compareBoolean('is_error', operator, value);
    case 'isRoot':
      return compareBoolean(`(parent_span_id = ${NO_SPAN_ID})`, operator, value);
    case 'traceDuration':
      return typeof value === 'bigint' || typeof value === 'number' ? UNKNOWN : NEVER;
    case 'traceId':
      if (operator === '=' && typeof value === 'string' && isTraceId(value)) {
        return exactly(`trace_id = toFixedString(${parameters.bytes(value)}, 16)`);
      }
      return compareText('lower(hex(trace_id))', operator, value, parameters);
    case 'spanId':
      if (operator === '=' && typeof value === 'string' && isSpanId(value)) {
        return exactly(`span_id = toFixedString(${parameters.bytes(value)}, 8)`);
      }
      return compareText('lower(hex(span_id))', operator, value, parameters);
    case 'parentSpanId': {
      const text = `if(parent_span_id = ${NO_SPAN_ID}, '', lower(hex(parent_span_id)))`;
      return compareText(text, operator, value, parameters);
    }
    case 'eventName': {
      if (typeof value !== 'string') return NEVER;
      if (operator === '=') {
        return value.isWellFormed() ? exactly(`has(event_names, ${parameters.string(value)})`) : NEVER;
      }
      const each = compareText('event_name', operator, value, parameters);
      const any = (sql: string): string => (sql === '0' ? '0' : `arrayExists(event_name -> ${sql}, event_names)`);
      return { may: any(each.may), must: any(each.must) };
    }
    case 'linkTraceId':
      return compareLinkId('link_trace_ids', 16, isTraceId, operator, value, parameters);
    case 'linkSpanId':
      return compareLinkId('link_span_ids', 8, isSpanId, operator, value, parameters);
    case 'scopeName':
    case 'scopeVersion':
      return compareText(scopeField(name), operator, value, parameters);
  }
}

const NO_SPAN_ID = "toFixedString('', 8)";

function compareLinkId(
  column: string,
  size: number,
  isId: (text: string) => boolean,
  operator: ConditionOperator,
  value: ConditionValue,
  parameters: SqlParameters,
): SqlCondition {
  if (typeof value !== 'string') return NEVER;
  if (operator !== '=') return { may: 'notEmpty(links)', must: '0' };
  if (isId(value)) return exactly(`has(${column}, toFixedString(${parameters.bytes(value)}, ${size}))`);
  // Without an id of the right length a link's is empty.
  return value === '' ? { may: 'notEmpty(links)', must: '0' } : NEVER;
}
