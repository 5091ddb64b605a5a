import type { FacetField, FacetValue } from '@throughline/store';
import {
  type FieldExpression,
  kindKeywords,
  type Literal,
  parseQuery,
  printField,
  statusKeywords,
} from '@throughline/traceql';
import { ParameterError } from '../../http/parameter-error.ts';
import { attributeValueAnswer } from '../to-answers.ts';
import type { FacetValueAnswer } from './explore-answer-types.ts';

/** What is shown first where no names are given. */
export const USUAL_FIELDS: readonly FacetField[] = [
  { scope: 'resource', name: 'service.name' },
  { scope: 'intrinsic', name: 'name' },
  { scope: 'intrinsic', name: 'status' },
  { scope: 'intrinsic', name: 'kind' },
];

/**
 * The field that TraceQL calls so.
 *
 * @throws ParameterError
 */
export function facetFieldOf(text: string): FacetField {
  const parsed = parseQuery(`{ ${text} != nil }`);
  const condition = 'error' in parsed ? undefined : conditionOf(parsed.query.spanset);
  const field = condition?.kind === 'exists' ? condition.operand : undefined;
  if (field?.kind === 'intrinsic') {
    const { name } = field;
    if (name === 'name' || name === 'status' || name === 'kind') return { scope: 'intrinsic', name };
  } else if (field?.kind === 'attribute' && !field.parent) {
    const { scope, name } = field;
    if (scope === 'span' || scope === 'resource') return { scope, name };
  }
  const message = `Parameter "names": ${JSON.stringify(text.slice(0, 80))} is none of name, status, kind, span.NAME and resource.NAME`;
  throw new ParameterError('invalid_parameter', 'names', message);
}

function conditionOf(spanset: {
  readonly kind: string;
  readonly condition?: FieldExpression;
}): FieldExpression | undefined {
  return spanset.kind === 'filter' ? spanset.condition : undefined;
}

export function facetFieldText(field: FacetField): string {
  return printField(expressionOf(field));
}

function expressionOf(field: FacetField): FieldExpression {
  return field.scope === 'intrinsic'
    ? { kind: 'intrinsic', name: field.name }
    : { kind: 'attribute', scope: field.scope, parent: false, name: field.name };
}

export function facetValueAnswer(field: FacetField, value: FacetValue): FacetValueAnswer {
  const { errorCount } = value;
  const keyword = keywordOf(field, value.value);
  const condition = (right: Literal): string =>
    printField({ kind: 'comparison', operator: '=', left: expressionOf(field), right });
  if (keyword !== undefined) {
    const { literal, name } = keyword;
    return {
      type: literal.type === 'status' ? 'status' : 'kind',
      value: name,
      count: value.count,
      error_count: errorCount,
      condition: condition(literal),
    };
  }
  const literal = field.scope === 'intrinsic' && field.name !== 'name' ? undefined : literalOf(value.value);
  return {
    ...attributeValueAnswer(value),
    error_count: errorCount,
    condition: literal === undefined ? null : condition(literal),
  };
}

/** OTLP's number of a status or kind as the language calls it. */
function keywordOf(
  field: FacetField,
  value: FacetValue['value'],
): { readonly name: string; readonly literal: Literal } | undefined {
  if (field.scope !== 'intrinsic' || field.name === 'name') return undefined;
  if (field.name === 'status') {
    for (const [name, code] of statusKeywords) {
      if (BigInt(code) === value) return { name, literal: { kind: 'literal', type: 'status', value: code } };
    }
    return undefined;
  }
  for (const [name, code] of kindKeywords) {
    if (BigInt(code) === value) return { name, literal: { kind: 'literal', type: 'kind', value: code } };
  }
  return undefined;
}

function literalOf(value: FacetValue['value']): Literal | undefined {
  switch (typeof value) {
    case 'string':
      return { kind: 'literal', type: 'text', value };
    case 'bigint':
      return { kind: 'literal', type: 'integer', value };
    case 'boolean':
      return { kind: 'literal', type: 'boolean', value };
    default:
      return Number.isFinite(value) ? { kind: 'literal', type: 'float', value } : undefined;
  }
}
