import { intrinsics, lex, type Token } from '@throughline/traceql';

/** A field in a query that is still being written: an attribute, or an intrinsic by its spelling. */
export type WrittenField =
  | { readonly kind: 'attribute'; readonly scope: string; readonly name: string }
  | { readonly kind: 'intrinsic'; readonly spelling: string };

/** What may be written at a place of a query's text. */
export type CompletionPlace = {
  /** Where the piece begins that a completion replaces; it ends at the place. */
  readonly from: number;
  /** Whether a piece is begun. */
  readonly started: boolean;
} & (
  | { readonly expects: 'spanset' | 'spansetOperator' | 'field' | 'operator' | 'connective' }
  | {
      readonly expects: 'value';
      readonly field: WrittenField;
      readonly operator: string;
      /** The service that the same braces ask for, if they do. */
      readonly service: string | undefined;
    }
);

const COMPARISONS: ReadonlySet<string> = new Set(['=', '!=', '<', '<=', '>', '>=', '=~', '!~']);
const BEFORE_FIELD: ReadonlySet<string> = new Set(['{', '(', '&&', '||', '!', '+', '-', '*', '/', '%', '^']);
const spellings: ReadonlySet<string> = new Set(Object.values(intrinsics).flatMap(({ spellings: names }) => names));

/** What may stand at the offset; undefined where nothing can be said, such as within a comment. */
export function completionPlace(text: string, offset: number): CompletionPlace | undefined {
  const before = text.slice(0, offset);
  if (isInComment(before)) return undefined;
  const tokens = lex(before).filter((token) => token.kind !== 'end');
  const last = tokens.at(-1);
  const started =
    last !== undefined && last.range.end === offset && last.kind !== 'symbol' && !isClosedText(last, before);
  const given = started ? tokens.slice(0, -1) : tokens;
  const place = { from: started && last !== undefined ? last.range.start : offset, started };
  return isWithinBraces(given) ? placeInBraces(given, place) : placeOutside(given, place);
}

function isClosedText(token: Token, text: string): boolean {
  return token.kind === 'text' || (token.kind === 'invalid' && /^(["`]).*\1$/s.test(text.slice(token.range.start)));
}

function isInComment(before: string): boolean {
  const tokens = lex(before);
  const behind = before.slice(tokens.at(-2)?.range.end ?? 0);
  return (
    behind.includes('//') ||
    tokens.some((token) => token.kind === 'invalid' && before.startsWith('/*', token.range.start))
  );
}

function symbolOf(token: Token | undefined): string | undefined {
  return token?.kind === 'symbol' ? token.symbol : undefined;
}

function isWithinBraces(tokens: readonly Token[]): boolean {
  const brace = tokens.findLast((token) => symbolOf(token) === '{' || symbolOf(token) === '}');
  return symbolOf(brace) === '{';
}

interface Begun {
  readonly from: number;
  readonly started: boolean;
}

function placeOutside(tokens: readonly Token[], begun: Begun): CompletionPlace {
  const last = symbolOf(tokens.at(-1));
  return { ...begun, expects: last === '}' || last === ')' ? 'spansetOperator' : 'spanset' };
}

function placeInBraces(tokens: readonly Token[], begun: Begun): CompletionPlace | undefined {
  const last = tokens.at(-1);
  const symbol = symbolOf(last);
  if (symbol !== undefined && COMPARISONS.has(symbol)) {
    const field = fieldOf(tokens.at(-2));
    if (field === undefined) return { ...begun, expects: 'field' };
    return { ...begun, expects: 'value', field, operator: symbol, service: serviceAsked(tokens) };
  }
  if (symbol !== undefined && BEFORE_FIELD.has(symbol)) return { ...begun, expects: 'field' };
  if (last === undefined || last.kind === 'invalid') return undefined;
  const beforeLast = symbolOf(tokens.at(-2));
  if (symbol === ')' || (beforeLast !== undefined && COMPARISONS.has(beforeLast))) {
    return { ...begun, expects: 'connective' };
  }
  return fieldOf(last) === undefined ? undefined : { ...begun, expects: 'operator' };
}

function fieldOf(token: Token | undefined): WrittenField | undefined {
  if (token?.kind === 'attribute') return { kind: 'attribute', scope: token.scope, name: token.name };
  if ((token?.kind === 'word' || token?.kind === 'scopedWord') && spellings.has(token.word)) {
    return { kind: 'intrinsic', spelling: token.word };
  }
  return undefined;
}

/** The text in `resource.service.name = "text"` behind the last opening brace. */
function serviceAsked(tokens: readonly Token[]): string | undefined {
  const open = tokens.findLastIndex((token) => symbolOf(token) === '{');
  for (let index = open + 1; index + 2 < tokens.length; index++) {
    const [field, operator, value] = [tokens[index], tokens[index + 1], tokens[index + 2]];
    const isService = field?.kind === 'attribute' && field.name === 'service.name' && !field.parent;
    if (isService && symbolOf(operator) === '=' && value?.kind === 'text') return value.value;
  }
  return undefined;
}
