import { lex } from './lex.ts';
import { parseChain } from './parse-chain.ts';
import { parseLogical } from './parse-field.ts';
import { type QueryError, queryError, type QueryProblem } from './query-error.ts';
import type { Query, SpansetExpression, StructuralOperator } from './syntax.ts';
import { TokenReader } from './token-reader.ts';
import { validateQuery } from './validate.ts';

/** Bounds on a query's text. Beyond them it is refused: `query_too_long`, `query_too_deep`. */
export interface QueryLimits {
  /** UTF-16 units. */
  readonly maxTextLength: number;
  /** Nesting of parentheses and operators in the tree; chains of one `&&` or `||` do not nest. */
  readonly maxDepth: number;
}

export const defaultQueryLimits: QueryLimits = { maxTextLength: 131_072, maxDepth: 100 };

export type ParseResult =
  | { readonly query: Query; readonly error?: never }
  | { readonly error: QueryError; readonly query?: never };

/**
 * The query's tree, or the first thing that is wrong with it: syntax, then names and types. Never throws. An empty
 * text and `true` are `{ true }`, which selects every span.
 */
export function parseQuery(text: string, limits: QueryLimits = defaultQueryLimits): ParseResult {
  const failure = (problem: QueryProblem): ParseResult => ({ error: queryError(text, problem) });
  if (text.length > limits.maxTextLength) {
    const message = `The query has ${text.length} characters; at most ${limits.maxTextLength} are read`;
    return failure({ code: 'query_too_long', message, range: { start: limits.maxTextLength, end: text.length } });
  }
  const reader = new TokenReader(text, lex(text), limits.maxDepth);
  const query = parseRoot(reader);
  if ('code' in query) return failure(query);
  const [problem] = validateQuery(query);
  return problem === undefined ? { query } : failure(problem);
}

function parseRoot(reader: TokenReader): Query | QueryProblem {
  const range = { start: 0, end: reader.textLength };
  const first = reader.peek();
  const second = reader.peek(1);
  const isTrue = first.kind === 'word' && first.word === 'true' && second.kind === 'end';
  if (first.kind === 'end' || isTrue) {
    return {
      kind: 'query',
      spanset: { kind: 'filter', condition: { kind: 'literal', type: 'boolean', value: true } },
      range,
    };
  }
  const spanset = parseSpansetLogical(reader, 1);
  if (spanset === undefined) return reader.problem;
  if (!reader.atEnd()) {
    reader.fail(reader.unexpected('&&, || or the end of the query'));
    return reader.problem;
  }
  return { kind: 'query', spanset, range };
}

function parseSpansetLogical(reader: TokenReader, depth: number): SpansetExpression | undefined {
  return parseChain<SpansetExpression>(reader, {
    operand: () => parseStructural(reader, depth),
    flatten: (operator, node) => (node.kind === chainKind(operator) ? node.operands : [node]),
    join: (operator, operands, range) => ({ kind: chainKind(operator), operands, range }),
  });
}

function chainKind(operator: '&&' | '||'): 'spansetAnd' | 'spansetOr' {
  return operator === '&&' ? 'spansetAnd' : 'spansetOr';
}

const STRUCTURAL: readonly StructuralOperator[] = [
  ...(['>', '>>', '<', '<<', '~'] as const),
  ...(['!>', '!>>', '!<', '!<<', '!~'] as const),
  ...(['&>', '&>>', '&<', '&<<', '&~'] as const),
];

function parseStructural(reader: TokenReader, depth: number): SpansetExpression | undefined {
  const { start } = reader.peek().range;
  let left = parseSpansetOperand(reader, depth);
  while (left !== undefined) {
    const operator = reader.takeSymbol(...STRUCTURAL);
    if (operator === undefined) return left;
    const right = parseSpansetOperand(reader, depth);
    if (right === undefined) return undefined;
    left = reader.nested({ kind: 'structural', operator, left, right, range: reader.rangeFrom(start) }, [left, right]);
  }
  return undefined;
}

function parseSpansetOperand(reader: TokenReader, depth: number): SpansetExpression | undefined {
  if (!reader.enter(depth)) return undefined;
  const open = reader.peek();
  if (reader.takeSymbol('(') !== undefined) {
    const inner = parseSpansetLogical(reader, depth + 1);
    if (inner === undefined) return undefined;
    if (reader.takeSymbol(')') === undefined) return reader.fail(reader.unexpected('&&, || or ")"', open.range));
    return inner;
  }
  if (reader.takeSymbol('{') === undefined) return reader.fail(reader.unexpectedOutside());
  if (reader.takeSymbol('}') !== undefined) {
    const range = reader.rangeFrom(open.range.start);
    return { kind: 'filter', condition: { kind: 'literal', type: 'boolean', value: true, range }, range };
  }
  const condition = parseLogical(reader, depth + 1);
  if (condition === undefined) return undefined;
  if (reader.takeSymbol('}') === undefined) return reader.fail(reader.unexpected('an operator or "}"', open.range));
  return reader.nested({ kind: 'filter', condition, range: reader.rangeFrom(open.range.start) }, [condition]);
}
