import { printDurationNano } from './duration.ts';
import { intrinsics, kindKeywords, statusKeywords } from './intrinsics.ts';
import { isPlainAttributeName } from './lex.ts';
import type { AttributeField, FieldExpression, Literal, Query, SpansetExpression } from './syntax.ts';

/**
 * The query's canonical text: one line, short field names, parentheses wherever `&&` and `||` meet. Parsing it gives
 * the same tree again (ranges aside).
 */
export function printQuery(query: Query): string {
  return printSpanset(query.spanset);
}

function printSpanset(expression: SpansetExpression): string {
  switch (expression.kind) {
    case 'filter':
      return isTrue(expression.condition) ? '{ }' : `{ ${printField(expression.condition)} }`;
    case 'spansetAnd':
    case 'spansetOr':
      return expression.operands.map(printSpansetOperand).join(expression.kind === 'spansetAnd' ? ' && ' : ' || ');
    case 'structural':
      return `${printSpansetOperand(expression.left)} ${expression.operator} ${printSpansetOperand(expression.right)}`;
  }
}

function printSpansetOperand(expression: SpansetExpression): string {
  const text = printSpanset(expression);
  return expression.kind === 'filter' ? text : `(${text})`;
}

function isTrue(expression: FieldExpression): boolean {
  return expression.kind === 'literal' && expression.value === true;
}

/** How strongly a printed expression holds together; what is weaker than its place needs parentheses. */
const Strength = { LOGICAL: 1, NOT: 2, COMPARISON: 3, ADDITIVE: 4, PREFIX: 5, MULTIPLICATIVE: 6, POWER: 7, ATOM: 8 };

/** One field expression as it stands between braces. */
export function printField(expression: FieldExpression): string {
  switch (expression.kind) {
    case 'literal':
      return printLiteral(expression);
    case 'attribute':
      return printAttribute(expression);
    case 'intrinsic':
      return intrinsics[expression.name].spellings[0];
    case 'exists':
      return `${operand(expression.operand, Strength.ADDITIVE)} ${expression.negated ? '=' : '!='} nil`;
    case 'comparison': {
      const { left, operator, right } = expression;
      return `${operand(left, Strength.ADDITIVE)} ${operator} ${operand(right, Strength.ADDITIVE)}`;
    }
    case 'and':
    case 'or':
      return expression.operands
        .map((each) => operand(each, Strength.NOT))
        .join(expression.kind === 'and' ? ' && ' : ' || ');
    case 'not':
      return `!${operand(expression.operand, Strength.ATOM)}`;
    case 'negation':
      return `-${isNumber(expression.operand) ? `(${printField(expression.operand)})` : operand(expression.operand, Strength.ATOM)}`;
    case 'arithmetic': {
      const strength = strengthOf(expression);
      // `^` groups from the right, the others from the left.
      const fromRight = expression.operator === '^';
      const left = operand(expression.left, fromRight ? strength + 1 : strength);
      const right = operand(expression.right, fromRight ? strength : strength + 1);
      return `${left} ${expression.operator} ${right}`;
    }
  }
}

function operand(expression: FieldExpression, minStrength: number): string {
  const text = printField(expression);
  return strengthOf(expression) < minStrength ? `(${text})` : text;
}

function strengthOf(expression: FieldExpression): number {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return Strength.LOGICAL;
    case 'not':
      return Strength.NOT;
    case 'exists':
    case 'comparison':
      return Strength.COMPARISON;
    case 'negation':
      return Strength.PREFIX;
    case 'arithmetic':
      if (expression.operator === '^') return Strength.POWER;
      return expression.operator === '+' || expression.operator === '-' ? Strength.ADDITIVE : Strength.MULTIPLICATIVE;
    case 'literal':
      return printLiteral(expression).startsWith('-') ? Strength.PREFIX : Strength.ATOM;
    default:
      return Strength.ATOM;
  }
}

function isNumber(expression: FieldExpression): boolean {
  return expression.kind === 'literal' && ['integer', 'float', 'duration'].includes(expression.type);
}

function printLiteral(literal: Literal): string {
  switch (literal.type) {
    case 'text':
      return printText(literal.value);
    case 'float':
      return printFloat(literal.value);
    case 'duration':
      return printDurationNano(literal.value);
    case 'status':
      return keywordOf(statusKeywords, literal.value);
    case 'kind':
      return keywordOf(kindKeywords, literal.value);
    default:
      return literal.value.toString();
  }
}

function keywordOf<Value>(keywords: ReadonlyMap<string, Value>, value: Value): string {
  for (const [keyword, each] of keywords) if (each === value) return keyword;
  throw new TypeError(`There is no keyword for ${String(value)}`);
}

function printFloat(value: number): string {
  const text = Object.is(value, -0) ? '-0' : value.toString();
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

function printText(value: string): string {
  // Backslashes (most are in regular expressions) stay readable between backticks.
  if (value.includes('\\') && !/[`\r]/.test(value)) return `\`${value}\``;
  const escaped = value.replaceAll(/["\\\n\r\t]/g, (character) => TEXT_ESCAPES.get(character) ?? character);
  return `"${escaped}"`;
}

const TEXT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function printAttribute({ scope, parent, name }: AttributeField): string {
  const prefix = `${parent ? 'parent.' : ''}${scope === 'any' ? (parent ? '' : '.') : `${scope}.`}`;
  // `.5` is a number and `parent.span.x` the parent's span attribute x.
  const ambiguous = scope === 'any' && (parent ? /^(?:span|resource)\./.test(name) : /^\d/.test(name));
  if (isPlainAttributeName(name) && !ambiguous) return prefix + name;
  return `${prefix}"${name.replaceAll(/["\\]/g, (character) => `\\${character}`)}"`;
}
