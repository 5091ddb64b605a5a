import type { AttributeValue } from '@throughline/model';

import { compareValues, isNumber } from './compare-values.ts';
import type {
  ConditionField,
  ConditionIntrinsic,
  ConditionOperator,
  ConditionValue,
  SpanPredicate,
} from './conditions.ts';
import { ALWAYS, allDerived, anyDerived, type Derived, NEVER, UNKNOWN } from './derived-predicate.ts';
import { normalizedIdComparison } from './id-literal.ts';
import { constantValue } from './interpret.ts';
import { type Intrinsic, intrinsics } from './intrinsics.ts';
import type { AttributeField, Comparison, FieldExpression } from './syntax.ts';

/** A predicate that every span satisfies for which the expression is true. */
export function derivePredicate(expression: FieldExpression): Derived {
  return derive(expression, false);
}

/** The predicate for the expression, or for its negation: `!` is pushed inwards, where missing values tell them apart. */
function derive(expression: FieldExpression, negated: boolean): Derived {
  switch (expression.kind) {
    case 'not':
      return derive(expression.operand, !negated);
    case 'and':
    case 'or': {
      const operands = expression.operands.map((operand) => derive(operand, negated));
      return (expression.kind === 'and') === negated ? anyDerived(operands) : allDerived(operands);
    }
    case 'exists': {
      const field = conditionField(expression.operand);
      if (isAlwaysThere(expression.operand)) return expression.negated === negated ? ALWAYS : NEVER;
      if (expression.negated !== negated || field === undefined) return UNKNOWN;
      return { predicate: { kind: 'exists', field }, exact: true };
    }
    case 'comparison':
      return deriveComparison(expression, negated);
    case 'literal':
      return (expression.value === true) === negated ? NEVER : ALWAYS;
    default: {
      // A field on its own stands for `field = true`.
      const right: FieldExpression = { kind: 'literal', type: 'boolean', value: true };
      return deriveComparison({ kind: 'comparison', operator: '=', left: expression, right }, negated);
    }
  }
}

function deriveComparison(comparison: Comparison, negated: boolean): Derived {
  const { operator, left, right } = normalizedIdComparison(comparison);
  const leftConstant = constantValue(left);
  const rightConstant = constantValue(right);
  if (leftConstant !== undefined && rightConstant !== undefined) {
    return constantValue(comparison)?.value === negated ? NEVER : ALWAYS;
  }
  if (rightConstant !== undefined) return deriveWithConstant(left, operator, rightConstant.value, negated);
  if (leftConstant !== undefined) return deriveWithConstant(right, MIRRORED[operator], leftConstant.value, negated);
  return negated ? UNKNOWN : presence([left, right]);
}

/** The operator with its sides exchanged. Regular expressions stand on the right only. */
const MIRRORED: Readonly<Record<ConditionOperator, ConditionOperator>> = {
  '=': '=',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  '=~': '=~',
  '!~': '!~',
};

/** What holds of two values of one type wherever the operator does not. */
const COMPLEMENT: Readonly<Record<ConditionOperator, ConditionOperator>> = {
  '=': '!=',
  '!=': '=',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
  '=~': '!~',
  '!~': '=~',
};

function deriveWithConstant(
  expression: FieldExpression,
  operator: ConditionOperator,
  value: AttributeValue | undefined,
  negated: boolean,
): Derived {
  if (!isConditionValue(value)) return negated ? ALWAYS : NEVER;
  // A NaN has no complement, and neither it nor an infinity is a value that every engine takes.
  if (typeof value === 'number' && !Number.isFinite(value)) return negated ? UNKNOWN : presence([expression]);
  if (expression.kind === 'intrinsic' && expression.name === 'nestedSetParent') {
    return deriveRootComparison(operator, value, negated);
  }
  const field = conditionField(expression);
  if (field === undefined) return negated ? UNKNOWN : presence([expression]);
  if (!isAlwaysThere(expression)) {
    return negated ? UNKNOWN : { predicate: { kind: 'compare', field, operator, value }, exact: true };
  }
  if (!canEqual(expression, value)) return negated ? ALWAYS : NEVER;
  const effective = negated ? COMPLEMENT[operator] : operator;
  return { predicate: { kind: 'compare', field, operator: effective, value }, exact: true };
}

function isConditionValue(value: AttributeValue | undefined): value is ConditionValue {
  return isNumber(value) || typeof value === 'string' || typeof value === 'boolean';
}

/** Whether a field that is always there has the type of the value. */
function canEqual(expression: FieldExpression, value: ConditionValue): boolean {
  const type = expression.kind === 'intrinsic' ? intrinsics[expression.name].type : 'text';
  if (type === 'text') return typeof value === 'string';
  return type === 'boolean' ? typeof value === 'boolean' : isNumber(value);
}

/** `nestedSetParent` is -1 for roots and not negative for all other spans; Grafana asks for roots by it. */
function deriveRootComparison(operator: ConditionOperator, value: ConditionValue, negated: boolean): Derived {
  if (!isNumber(value) || operator === '=~' || operator === '!~') return negated ? ALWAYS : NEVER;
  const ofRoots = compareValues(operator, -1n, value) !== negated;
  // Below 0 no other span's number is reached, so all of them compare alike.
  const isUniform = value < 0 || ((operator === '<' || operator === '>=') && value <= 0);
  if (!isUniform) return ofRoots ? UNKNOWN : { predicate: isRoot(false), exact: false };
  const ofOthers = compareValues(operator, 0n, value) !== negated;
  if (ofRoots === ofOthers) return ofRoots ? ALWAYS : NEVER;
  return { predicate: isRoot(ofRoots), exact: true };
}

function isRoot(value: boolean): SpanPredicate {
  return { kind: 'compare', field: { kind: 'intrinsic', name: 'isRoot' }, operator: '=', value };
}

/** Whatever is compared or calculated with has to be there. */
function presence(expressions: readonly FieldExpression[]): Derived {
  const predicates: SpanPredicate[] = [];
  const pending = [...expressions];
  for (let expression = pending.pop(); expression !== undefined; expression = pending.pop()) {
    if (expression.kind === 'negation') pending.push(expression.operand);
    else if (expression.kind === 'arithmetic') pending.push(expression.left, expression.right);
    else if (expression.kind === 'attribute' || expression.kind === 'intrinsic') {
      const field = conditionField(expression) ?? eventField(expression);
      if (field !== undefined && !isAlwaysThere(expression)) predicates.push({ kind: 'exists', field });
    }
  }
  const { predicate } = allDerived(predicates.map((each) => ({ predicate: each, exact: false })));
  return { predicate, exact: false };
}

/** `event:timeSinceStart` is there where events are. */
function eventField(expression: FieldExpression): ConditionField | undefined {
  const isEventTime = expression.kind === 'intrinsic' && expression.name === 'eventTimeSinceStart';
  return isEventTime ? { kind: 'intrinsic', name: 'eventName' } : undefined;
}

function isAlwaysThere(expression: FieldExpression): boolean {
  if (expression.kind === 'intrinsic') return intrinsics[expression.name].of === 'span';
  return expression.kind === 'attribute' && !expression.parent && isServiceName(expression);
}

function isServiceName(expression: AttributeField): boolean {
  return expression.scope === 'resource' && expression.name === 'service.name';
}

function conditionField(expression: FieldExpression): ConditionField | undefined {
  if (expression.kind === 'attribute') {
    if (expression.parent) return undefined;
    if (isServiceName(expression)) return { kind: 'intrinsic', name: 'service' };
    return { kind: 'attribute', scope: expression.scope, name: expression.name };
  }
  if (expression.kind !== 'intrinsic') return undefined;
  const name = CONDITION_INTRINSICS.get(expression.name);
  return name === undefined ? undefined : { kind: 'intrinsic', name };
}

const CONDITION_INTRINSICS: ReadonlyMap<Intrinsic, ConditionIntrinsic> = new Map(
  (
    [
      ...(['name', 'duration', 'traceDuration', 'status', 'statusMessage', 'kind', 'error', 'traceId'] as const),
      ...(['spanId', 'parentSpanId', 'eventName', 'linkTraceId', 'linkSpanId', 'scopeName', 'scopeVersion'] as const),
    ] satisfies readonly (Intrinsic & ConditionIntrinsic)[]
  ).map((name) => [name, name]),
);
