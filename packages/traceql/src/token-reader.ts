import type { Token } from './token.ts';
import type { QueryProblem } from './query-error.ts';
import type { FieldExpression, SpansetExpression, TextRange } from './syntax.ts';

type Expression = FieldExpression | SpansetExpression;

const PIPELINE_WORDS: ReadonlySet<string> = new Set([
  'count',
  'avg',
  'min',
  'max',
  'sum',
  'by',
  'coalesce',
  'select',
  'with',
  'compare',
  'topk',
  'bottomk',
  'rate',
  'count_over_time',
  'min_over_time',
  'max_over_time',
  'avg_over_time',
  'sum_over_time',
  'quantile_over_time',
  'histogram_over_time',
]);

/**
 * The parser's place in the tokens, the first problem it met, and the depth of the trees it has built. Functions that
 * parse return undefined once there is a problem.
 */
export class TokenReader {
  readonly textLength: number;
  readonly #text: string;
  readonly #tokens: readonly Token[];
  readonly #maxDepth: number;
  readonly #depths = new WeakMap<Expression, number>();
  #next = 0;
  #problem: QueryProblem | undefined;

  constructor(text: string, tokens: readonly Token[], maxDepth: number) {
    this.#text = text;
    this.textLength = text.length;
    this.#tokens = tokens;
    this.#maxDepth = maxDepth;
  }

  get problem(): QueryProblem {
    return this.#problem ?? this.unexpected('an expression');
  }

  fail(problem: QueryProblem): undefined {
    this.#problem ??= problem;
    return undefined;
  }

  peek(ahead = 0): Token {
    const token = this.#tokens[this.#next + ahead];
    return token ?? { kind: 'end', range: { start: this.textLength, end: this.textLength } };
  }

  atEnd(): boolean {
    return this.peek().kind === 'end';
  }

  take(): Token {
    const token = this.peek();
    this.#next++;
    return token;
  }

  /** Takes the next token if it is one of these symbols. */
  takeSymbol<Symbols extends string>(...symbols: readonly Symbols[]): Symbols | undefined {
    const token = this.peek();
    if (token.kind !== 'symbol') return undefined;
    const symbol = symbols.find((candidate) => candidate === token.symbol);
    if (symbol !== undefined) this.#next++;
    return symbol;
  }

  /** From an offset to the end of the last token taken, or of one before it. */
  rangeFrom(start: number, back = 0): TextRange {
    return { start, end: this.#tokens[this.#next - 1 - back]?.range.end ?? start };
  }

  /** Whether the parser may go this deep. */
  enter(depth: number): boolean {
    if (depth <= this.#maxDepth) return true;
    this.fail(this.#tooDeep(this.peek().range));
    return false;
  }

  /** The node, unless it would make the tree too deep. */
  nested<Node extends Expression>(node: Node, children: readonly Expression[]): Node | undefined {
    let depth = 0;
    for (const child of children) depth = Math.max(depth, this.#depths.get(child) ?? 0);
    depth++;
    if (depth > this.#maxDepth) return this.fail(this.#tooDeep(node.range ?? this.peek().range));
    this.#depths.set(node, depth);
    return node;
  }

  #tooDeep(range: TextRange): QueryProblem {
    return { code: 'query_too_deep', range, message: `The query is nested more than ${this.#maxDepth} levels deep` };
  }

  /** What stands here instead of what was expected; `opened` is the bracket that is still open. */
  unexpected(expected: string, opened?: TextRange): QueryProblem {
    const token = this.peek();
    if (token.kind === 'invalid') return token.problem;
    if (token.kind === 'end') {
      const bracket = opened === undefined ? undefined : this.#text[opened.start];
      if (bracket === undefined || opened === undefined) {
        return { code: 'syntax', range: token.range, message: `The query ends where ${expected} is expected` };
      }
      const close = bracket === '{' ? '}' : ')';
      const message = `"${bracket}" is never closed: a "${close}" is missing`;
      return { code: 'unterminated', range: opened, message };
    }
    const found = this.#text.slice(token.range.start, token.range.end);
    if (token.kind === 'symbol' && token.symbol === '|') return this.#unexpectedPipe(token.range, opened);
    if (token.kind === 'word') {
      const lower = token.word.toLowerCase();
      if (lower === 'with') return notSupported(token.range, 'hints such as with(...)');
      if (lower === 'and' || lower === 'or') {
        const symbol = lower === 'and' ? '&&' : '||';
        const message = `"${found}" is written ${symbol}`;
        return { code: 'syntax', range: token.range, message, suggestion: symbol };
      }
    }
    return { code: 'syntax', range: token.range, message: `"${clipped(found)}" stands where ${expected} is expected` };
  }

  #unexpectedPipe(range: TextRange, opened: TextRange | undefined): QueryProblem {
    if (opened !== undefined && this.#text[opened.start] === '{') {
      return { code: 'syntax', range, message: '"|" is no operator here; "or" is written ||', suggestion: '||' };
    }
    return notSupported(range, 'pipeline stages behind "|"');
  }

  /** What stands where a `{` is expected. */
  unexpectedOutside(): QueryProblem {
    const token = this.peek();
    if (token.kind === 'word' && PIPELINE_WORDS.has(token.word)) {
      return notSupported(token.range, `${token.word}(...) and other pipeline stages`);
    }
    const opening = ['attribute', 'scopedWord', 'word', 'text', 'integer', 'float', 'duration'].includes(token.kind);
    if (opening && this.#next === 0) {
      const message = 'Conditions on spans stand between braces';
      return { code: 'syntax', range: token.range, message, suggestion: `{ ${this.#text.trim()} }` };
    }
    if (token.kind === 'symbol' && token.symbol === '!') {
      return { code: 'syntax', range: token.range, message: '"!" stands inside the braces, as in { !(name = "a") }' };
    }
    return this.unexpected('"{"');
  }
}

function notSupported(range: TextRange, what: string): QueryProblem {
  return { code: 'not_supported', range, message: `Not supported yet: ${what}` };
}

function clipped(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}
