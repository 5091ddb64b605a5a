import { type Extension, RangeSetBuilder } from '@codemirror/state';
import { Decoration, type DecorationSet, type EditorView, ViewPlugin, type ViewUpdate } from '@codemirror/view';

import { MAX_COLOURED_LENGTH, styledRanges, type TokenStyle } from './query-tokens.ts';
import { TOKEN_STYLES } from './token-styles.ts';

// The keys of a complete record.
const STYLES = Object.keys(TOKEN_STYLES) as TokenStyle[];
const MARKS = new Map(STYLES.map((style) => [style, Decoration.mark({ class: `tl-${style}` })] as const));

/** Colours the text by the tokens of the language's own lexer. */
export const queryHighlighting: Extension = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = decorationsOf(view);
    }

    update(update: ViewUpdate): void {
      if (update.docChanged) this.decorations = decorationsOf(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

function decorationsOf(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  if (view.state.doc.length <= MAX_COLOURED_LENGTH) {
    for (const { from, to, style } of styledRanges(view.state.doc.toString())) {
      const mark = MARKS.get(style);
      if (mark !== undefined) builder.add(from, to, mark);
    }
  }
  return builder.finish();
}
