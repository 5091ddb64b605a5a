/** What a piece of a formatted text is, for its colour. */
export type TokenKind = 'keyword' | 'key' | 'name' | 'string' | 'number' | 'comment' | 'punctuation';

export interface TextToken {
  readonly kind: TokenKind;
  /** As it stands in the raw text. */
  readonly text: string;
  /** Whether a blank stands before it, within its line. */
  readonly spaced: boolean;
}

/** One line of a formatted text: only white space differs from the raw one. */
export interface TextLine {
  /** Levels. */
  readonly indent: number;
  readonly tokens: readonly TextToken[];
}

/** Longer texts are shown as they are: formatting them would hold up the page. */
export const MAX_FORMATTED_CHARACTERS = 200_000;

/** Deeper levels are not indented any further. */
export const MAX_INDENT = 24;

/** Gathers tokens into lines. */
export class LineBuilder {
  readonly #lines: TextLine[] = [];
  #tokens: TextToken[] = [];
  #indent = 0;

  /** Of the line under way. */
  get indent(): number {
    return this.#indent;
  }

  /** Ends the line, unless it is empty; the next one starts at `indent`. */
  breakTo(indent: number): void {
    if (this.#tokens.length > 0) {
      this.#lines.push({ indent: this.#indent, tokens: this.#tokens });
      this.#tokens = [];
    }
    this.#indent = Math.min(indent, MAX_INDENT);
  }

  add(kind: TokenKind, text: string, spaced: boolean): void {
    this.#tokens.push({ kind, text, spaced: spaced && this.#tokens.length > 0 });
  }

  finish(): readonly TextLine[] {
    this.breakTo(0);
    return this.#lines;
  }
}

/** The formatted text as one string, two blanks a level. */
export function textOfLines(lines: readonly TextLine[]): string {
  return lines
    .map(({ indent, tokens }) => '  '.repeat(indent) + tokens.map((t) => (t.spaced ? ' ' : '') + t.text).join(''))
    .join('\n');
}
