import { type FieldType, intrinsics } from './intrinsics.ts';
import { parsePattern } from './pattern-syntax.ts';
import { printField } from './print.ts';
import type { QueryProblem } from './query-error.ts';
import type { Comparison, Exists, FieldExpression, Literal, Query, SpansetExpression, TextRange } from './syntax.ts';

/** What is wrong with the names and types of a query, in reading order. Trees that were built have ranges of zero. */
export function validateQuery(query: Query): readonly QueryProblem[] {
  const problems: QueryProblem[] = [];
  validateSpanset(query.spanset, problems);
  return problems;
}

function validateSpanset(expression: SpansetExpression, problems: QueryProblem[]): void {
  switch (expression.kind) {
    case 'filter': {
      validateCondition(expression.condition, problems, 'The condition between the braces');
      return;
    }
    case 'structural':
      validateSpanset(expression.left, problems);
      validateSpanset(expression.right, problems);
      return;
    default:
      for (const operand of expression.operands) validateSpanset(operand, problems);
  }
}

const TYPE_NAMES: Readonly<Record<FieldType, string>> = {
  text: 'a text',
  number: 'a number',
  duration: 'a duration',
  boolean: 'true or false',
  status: 'a status (error, ok or unset)',
  kind: 'a span kind (server, client, producer, consumer, internal or unspecified)',
  any: 'an attribute',
};

/** The static type; a boolean for whatever is compared or joined. */
export function typeOf(expression: FieldExpression): FieldType {
  switch (expression.kind) {
    case 'literal':
      return expression.type === 'integer' || expression.type === 'float' ? 'number' : expression.type;
    case 'attribute':
      return 'any';
    case 'intrinsic':
      return intrinsics[expression.name].type;
    case 'negation':
      return typeOf(expression.operand) === 'duration' ? 'duration' : 'number';
    case 'arithmetic':
      return typeOf(expression.left) === 'duration' || typeOf(expression.right) === 'duration' ? 'duration' : 'number';
    default:
      return 'boolean';
  }
}

function isNumeric(type: FieldType): boolean {
  return type === 'number' || type === 'duration' || type === 'any';
}

function validateCondition(expression: FieldExpression, problems: QueryProblem[], what: string): void {
  if (!validateField(expression, problems)) return;
  const type = typeOf(expression);
  if (type === 'boolean' || type === 'any') return;
  const example = expression.kind === 'intrinsic' ? `; compare it, as in ${exampleOf(expression)}` : '';
  report(
    problems,
    'type_mismatch',
    expression,
    `${what} must be true or false, and ${printField(expression)} is ${TYPE_NAMES[type]}${example}`,
  );
}

function exampleOf(expression: FieldExpression): string {
  const examples: Readonly<Record<FieldType, string>> = {
    text: '= "a"',
    number: '> 1',
    duration: '> 100ms',
    status: '= error',
    kind: '= server',
    boolean: '= true',
    any: '= "a"',
  };
  return `${printField(expression)} ${examples[typeOf(expression)]}`;
}

/** Whether the expression is sound so far; problems of parts are reported once, not again for what holds them. */
function validateField(expression: FieldExpression, problems: QueryProblem[]): boolean {
  const before = problems.length;
  switch (expression.kind) {
    case 'literal':
    case 'attribute':
    case 'intrinsic':
      break;
    case 'and':
    case 'or':
      for (const operand of expression.operands) {
        validateCondition(operand, problems, `An operand of ${expression.kind === 'and' ? '&&' : '||'}`);
      }
      break;
    case 'not':
      validateCondition(expression.operand, problems, 'What is behind "!"');
      break;
    case 'negation':
    case 'arithmetic': {
      const operands = expression.kind === 'negation' ? [expression.operand] : [expression.left, expression.right];
      const operator = expression.kind === 'negation' ? '-' : expression.operator;
      for (const operand of operands) {
        if (!validateField(operand, problems) || isNumeric(typeOf(operand))) continue;
        const message = `"${operator}" takes numbers and durations, and ${printField(operand)} is ${TYPE_NAMES[typeOf(operand)]}`;
        report(problems, 'type_mismatch', operand, message);
      }
      break;
    }
    case 'exists':
      if (validateField(expression.operand, problems)) validateExists(expression, problems);
      break;
    case 'comparison': {
      const left = validateField(expression.left, problems);
      const right = validateField(expression.right, problems);
      if (left && right) validateComparison(expression, problems);
      break;
    }
  }
  return problems.length === before;
}

function validateExists(expression: Exists, problems: QueryProblem[]): void {
  const { operand } = expression;
  if (operand.kind !== 'attribute' && operand.kind !== 'intrinsic') {
    report(problems, 'invalid_nil', expression, 'Only fields are compared with nil');
    return;
  }
  if (!expression.negated) return;
  const name = printField(operand);
  if (operand.kind === 'intrinsic' && intrinsics[operand.name].of === 'span') {
    const instead = typeOf(operand) === 'text' ? '; compare it with the empty text ""' : '';
    report(problems, 'invalid_nil', expression, `${name} is never nil: every span has it${instead}`);
  }
  if (operand.kind === 'attribute' && operand.scope === 'resource' && operand.name === 'service.name') {
    const message = `${name} is never nil: without it the service is "unknown_service"`;
    report(problems, 'invalid_nil', expression, message);
  }
}

function validateComparison(expression: Comparison, problems: QueryProblem[]): void {
  const { operator, left, right } = expression;
  const leftType = typeOf(left);
  const rightType = typeOf(right);
  if (operator === '=~' || operator === '!~') {
    validateRegex(expression, leftType, problems);
    return;
  }
  if (!areComparable(leftType, rightType)) {
    report(problems, 'type_mismatch', expression, mismatchMessage(left, right), mismatchSuggestion(left, right));
    return;
  }
  if (operator === '=' || operator === '!=') return;
  const unordered = [leftType, rightType].find((type) => type === 'boolean' || type === 'status' || type === 'kind');
  if (unordered === undefined) return;
  const message = `${printField(left)} has no order; compare it with = or !=`;
  report(problems, 'type_mismatch', expression, message);
}

function areComparable(left: FieldType, right: FieldType): boolean {
  // A keyword is no value that an attribute can have.
  if (left === 'status' || left === 'kind' || right === 'status' || right === 'kind') return left === right;
  return left === right || left === 'any' || right === 'any' || (isNumeric(left) && isNumeric(right));
}

function mismatchMessage(left: FieldExpression, right: FieldExpression): string {
  const keyword = keywordOperand(left, right);
  if (keyword !== undefined) {
    const field = keyword.type === 'status' ? 'status' : 'kind';
    const text = printField(keyword);
    return `${text} is a keyword that only ${field} is compared with; a text is written "${text}"`;
  }
  const sides = `${printField(left)} is ${TYPE_NAMES[typeOf(left)]} and ${printField(right)} is ${TYPE_NAMES[typeOf(right)]}`;
  return `${sides}: they are never equal`;
}

function keywordOperand(left: FieldExpression, right: FieldExpression): Literal | undefined {
  for (const operand of [right, left]) {
    if (operand.kind === 'literal' && (operand.type === 'status' || operand.type === 'kind')) return operand;
  }
  return undefined;
}

/** `duration > "1s"`, `status = "error"`: the text without its quotes, where that is the right type. */
function mismatchSuggestion(left: FieldExpression, right: FieldExpression): string | undefined {
  const keyword = keywordOperand(left, right);
  if (keyword !== undefined) return `"${printField(keyword)}"`;
  if (right.kind !== 'literal' || right.type !== 'text' || !/^[\w.]+$/.test(right.value)) return undefined;
  return typeOf(left) === 'text' ? undefined : right.value;
}

function validateRegex(expression: Comparison, leftType: FieldType, problems: QueryProblem[]): void {
  const { operator, left, right } = expression;
  if (leftType !== 'text' && leftType !== 'any') {
    const message = `${operator} matches text, and ${printField(left)} is ${TYPE_NAMES[leftType]}`;
    report(problems, 'type_mismatch', left, message);
    return;
  }
  if (right.kind !== 'literal' || right.type !== 'text') {
    report(problems, 'type_mismatch', right, `Behind ${operator} stands a regular expression as a text`);
    return;
  }
  const parsed = parsePattern(right.value);
  if (parsed.problem !== undefined) report(problems, 'invalid_regex', right, parsed.problem);
}

const NO_RANGE: TextRange = { start: 0, end: 0 };

function report(
  problems: QueryProblem[],
  code: QueryProblem['code'],
  node: FieldExpression,
  message: string,
  suggestion?: string,
): void {
  const problem = { code, message, range: node.range ?? NO_RANGE };
  problems.push(suggestion === undefined ? problem : { ...problem, suggestion });
}
