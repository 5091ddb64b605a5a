import { LineBuilder, MAX_FORMATTED_CHARACTERS, type TextLine, type TokenKind } from './text-lines.ts';

/** Arrays of plain values up to this width stay on one line. */
const MAX_INLINE_CHARACTERS = 72;

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/**
 * JSON text laid out over lines; undefined if it is not an object or array in JSON, or too long. The tokens stay as
 * they are written, so that no number loses digits and no escape is resolved.
 */
export function formatJson(text: string): readonly TextLine[] | undefined {
  if (text.length > MAX_FORMATTED_CHARACTERS || !/^\s*[[{]/.test(text)) return undefined;
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  const tokens = text.match(TOKEN) ?? [];
  const lines = new LineBuilder();
  let depth = 0;
  let inlineEnd = -1;
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1];
    const isInline = index <= inlineEnd;
    switch (token) {
      case '{':
      case '[':
        lines.add('punctuation', token, tokens[index - 1] === ':');
        depth++;
        if (isInline) break;
        inlineEnd = inlineUntil(tokens, index);
        if (index > inlineEnd) lines.breakTo(depth);
        break;
      case '}':
      case ']':
        depth--;
        if (!isInline) lines.breakTo(depth);
        lines.add('punctuation', token, false);
        break;
      case ',':
        lines.add('punctuation', token, false);
        if (!isInline) lines.breakTo(depth);
        break;
      case ':':
        lines.add('punctuation', token, false);
        break;
      default:
        lines.add(
          next === ':' ? 'key' : kindOf(token),
          token,
          tokens[index - 1] === ':' || (isInline && tokens[index - 1] === ','),
        );
    }
  }
  return lines.finish();
}

/** Where the brackets opened at `index` close if all between fits one line, else -1. */
function inlineUntil(tokens: readonly string[], index: number): number {
  let width = 0;
  for (let at = index + 1; at < tokens.length && width <= MAX_INLINE_CHARACTERS; at++) {
    const token = tokens[at] ?? '';
    if (token === ']' || token === '}') return tokens[index] === '[' || at === index + 1 ? at : -1;
    if (token === '[' || token === '{') return -1;
    width += token.length + 1;
  }
  return -1;
}

function kindOf(token: string): TokenKind {
  if (token.startsWith('"')) return 'string';
  return /^[-\d]/.test(token) ? 'number' : 'keyword';
}
