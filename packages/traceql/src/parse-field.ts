import { intrinsicBySpelling, kindKeywords, statusKeywords } from './intrinsics.ts';
import type { Token } from './token.ts';
import { parseChain } from './parse-chain.ts';
import type {
  ArithmeticOperator,
  ComparisonOperator,
  FieldExpression,
  IntrinsicField,
  Literal,
  TextRange,
} from './syntax.ts';
import type { TokenReader } from './token-reader.ts';
import { unknownIntrinsic, unknownWord } from './unknown-name.ts';

const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;

/** Binding powers in Tempo's order: `&& ||` (alike), comparisons, `+ -`, prefix `! -`, `* / %`, `^` (from the right). */
const COMPARISON_POWER = 2;
const ADDITIVE_POWER = 3;
const PREFIX_POWER = 4;
const MULTIPLICATIVE_POWER = 5;
const POWER_POWER = 6;

type Operator =
  | { readonly kind: 'comparison'; readonly operator: ComparisonOperator; readonly power: number }
  | { readonly kind: 'arithmetic'; readonly operator: ArithmeticOperator; readonly power: number };

function comparisons(...operators: readonly ComparisonOperator[]): readonly Operator[] {
  return operators.map((operator) => ({ kind: 'comparison', operator, power: COMPARISON_POWER }));
}

function arithmetics(power: number, ...operators: readonly ArithmeticOperator[]): readonly Operator[] {
  return operators.map((operator) => ({ kind: 'arithmetic', operator, power }));
}

const OPERATOR_BY_SYMBOL: ReadonlyMap<string, Operator> = new Map(
  [
    ...comparisons('=', '!=', '<', '<=', '>', '>=', '=~', '!~'),
    ...arithmetics(ADDITIVE_POWER, '+', '-'),
    ...arithmetics(MULTIPLICATIVE_POWER, '*', '/', '%'),
    ...arithmetics(POWER_POWER, '^'),
  ].map((operator) => [operator.operator, operator]),
);

export function parseLogical(reader: TokenReader, depth: number): FieldExpression | undefined {
  return parseChain<FieldExpression>(reader, {
    operand: () => parseOperand(reader, depth, COMPARISON_POWER),
    flatten: (operator, node) => (node.kind === chainKind(operator) ? node.operands : [node]),
    join: (operator, operands, range) => ({ kind: chainKind(operator), operands, range }),
  });
}

function chainKind(operator: '&&' | '||'): 'and' | 'or' {
  return operator === '&&' ? 'and' : 'or';
}

/** An operand together with the operators behind it that bind at least as strongly as `minPower`. */
function parseOperand(reader: TokenReader, depth: number, minPower: number): FieldExpression | undefined {
  const { start } = reader.peek().range;
  let left = parsePrefix(reader, depth);
  while (left !== undefined) {
    const token = reader.peek();
    if (token.kind !== 'symbol') return left;
    const operator = OPERATOR_BY_SYMBOL.get(token.symbol);
    if (operator === undefined || operator.power < minPower) return left;
    reader.take();
    left = parseRight(reader, depth, { first: left, start, operator, operatorRange: token.range });
  }
  return undefined;
}

/** What stands behind a binary operator, joined to what stands in front of it. */
function parseRight(
  reader: TokenReader,
  depth: number,
  given: {
    readonly first: FieldExpression;
    readonly start: number;
    readonly operator: Operator;
    readonly operatorRange: TextRange;
  },
): FieldExpression | undefined {
  const { first, start, operator, operatorRange } = given;
  const doubled = reader.peek();
  if (operator.operator === '=' && doubled.kind === 'symbol' && doubled.symbol === '=') {
    const range = { start: operatorRange.start, end: doubled.range.end };
    return reader.fail({ code: 'syntax', range, message: 'Equality is written with one =', suggestion: '=' });
  }
  if (operator.kind === 'comparison' && takeNil(reader)) {
    if (operator.operator !== '=' && operator.operator !== '!=') {
      return reader.fail({ code: 'invalid_nil', range: operatorRange, message: NIL_OPERATORS });
    }
    const range = reader.rangeFrom(start);
    return reader.nested({ kind: 'exists', negated: operator.operator === '=', operand: first, range }, [first]);
  }
  // `^` groups from the right, all others from the left.
  const right = parseOperand(reader, depth + 1, operator.operator === '^' ? operator.power : operator.power + 1);
  if (right === undefined) return undefined;
  const sides = { left: first, right, range: reader.rangeFrom(start) };
  return operator.kind === 'comparison'
    ? reader.nested({ kind: 'comparison', operator: operator.operator, ...sides }, [first, right])
    : reader.nested({ kind: 'arithmetic', operator: operator.operator, ...sides }, [first, right]);
}

const NIL_OPERATORS = 'nil is compared with = or != only';

function takeNil(reader: TokenReader): boolean {
  const token = reader.peek();
  if (token.kind !== 'word' || token.word !== 'nil') return false;
  reader.take();
  return true;
}

function parsePrefix(reader: TokenReader, depth: number): FieldExpression | undefined {
  if (!reader.enter(depth)) return undefined;
  const token = reader.peek();
  const symbol = reader.takeSymbol('!', '-', '(');
  if (symbol === undefined) return parseAtom(reader, depth);
  if (symbol === '(') {
    const inner = parseLogical(reader, depth + 1);
    if (inner === undefined) return undefined;
    if (reader.takeSymbol(')') === undefined) return reader.fail(reader.unexpected('an operator or ")"', token.range));
    return inner;
  }
  if (symbol === '-') {
    const number = negativeNumber(reader, token.range);
    if (number !== undefined) return number;
  }
  const operand = parseOperand(reader, depth + 1, PREFIX_POWER);
  if (operand === undefined) return undefined;
  const range = reader.rangeFrom(token.range.start);
  return reader.nested({ kind: symbol === '-' ? 'negation' : 'not', operand, range }, [operand]);
}

/** A number behind a minus is a negative literal, except in front of `^`, which binds more strongly than the minus. */
function negativeNumber(reader: TokenReader, minus: TextRange): Literal | undefined {
  const token = reader.peek();
  if (token.kind !== 'integer' && token.kind !== 'float' && token.kind !== 'duration') return undefined;
  const behind = reader.peek(1);
  if (behind.kind === 'symbol' && behind.symbol === '^') return undefined;
  reader.take();
  return numberLiteral(reader, token, -1n, { start: minus.start, end: token.range.end });
}

function numberLiteral(
  reader: TokenReader,
  token: Token & { readonly kind: 'integer' | 'float' | 'duration' },
  sign: 1n | -1n,
  range: TextRange,
): Literal | undefined {
  if (token.kind === 'float') {
    return { kind: 'literal', type: 'float', value: sign === 1n ? token.value : -token.value, range };
  }
  const value = sign * token.value;
  if (value < MIN_INT64 || value > MAX_INT64) {
    const message =
      token.kind === 'integer'
        ? 'The integer does not fit into 64 bits; with a decimal point it is a float'
        : 'The duration is longer than 292 years';
    return reader.fail({ code: 'invalid_token', range, message });
  }
  return { kind: 'literal', type: token.kind, value, range };
}

function parseAtom(reader: TokenReader, depth: number): FieldExpression | undefined {
  const token = reader.peek();
  switch (token.kind) {
    case 'text':
      reader.take();
      return { kind: 'literal', type: 'text', value: token.value, range: token.range };
    case 'integer':
    case 'float':
    case 'duration':
      reader.take();
      return numberLiteral(reader, token, 1n, token.range);
    case 'attribute': {
      reader.take();
      const { scope, parent, name, range } = token;
      return { kind: 'attribute', scope, parent, name, range };
    }
    case 'scopedWord': {
      reader.take();
      return intrinsicField(token.word, token.range) ?? reader.fail(unknownIntrinsic(token.word, token.range));
    }
    case 'word':
      return parseWord(reader, token.word, depth);
    default:
      return reader.fail(reader.unexpected('a field or a value'));
  }
}

function parseWord(reader: TokenReader, word: string, depth: number): FieldExpression | undefined {
  const { range } = reader.take();
  if (word === 'nil') return parseNilFirst(reader, range, depth);
  const field = keyword(word, range) ?? intrinsicField(word, range);
  if (field !== undefined) return field;
  if (word === 'parent') {
    return reader.fail({ code: 'not_supported', range, message: 'Not supported yet: parent without an attribute' });
  }
  return reader.fail(unknownWord(word, range));
}

/** `nil = field` means `field = nil`. */
function parseNilFirst(reader: TokenReader, nil: TextRange, depth: number): FieldExpression | undefined {
  const operator = reader.peek();
  if (operator.kind !== 'symbol' || (operator.symbol !== '=' && operator.symbol !== '!=')) {
    return reader.fail({ code: 'invalid_nil', range: nil, message: NIL_OPERATORS });
  }
  reader.take();
  if (takeNil(reader)) {
    return reader.fail({
      code: 'invalid_nil',
      range: reader.rangeFrom(nil.start),
      message: 'nil is compared with a field',
    });
  }
  const operand = parseOperand(reader, depth + 1, COMPARISON_POWER + 1);
  if (operand === undefined) return undefined;
  const range = reader.rangeFrom(nil.start);
  return reader.nested({ kind: 'exists', negated: operator.symbol === '=', operand, range }, [operand]);
}

function keyword(word: string, range: TextRange): Literal | undefined {
  if (word === 'true' || word === 'false') return { kind: 'literal', type: 'boolean', value: word === 'true', range };
  if (word === 'minInt') return { kind: 'literal', type: 'integer', value: MIN_INT64, range };
  if (word === 'maxInt') return { kind: 'literal', type: 'integer', value: MAX_INT64, range };
  const status = statusKeywords.get(word);
  if (status !== undefined) return { kind: 'literal', type: 'status', value: status, range };
  const kind = kindKeywords.get(word);
  return kind === undefined ? undefined : { kind: 'literal', type: 'kind', value: kind, range };
}

function intrinsicField(spelling: string, range: TextRange): IntrinsicField | undefined {
  const name = intrinsicBySpelling.get(spelling);
  return name === undefined ? undefined : { kind: 'intrinsic', name, range };
}
