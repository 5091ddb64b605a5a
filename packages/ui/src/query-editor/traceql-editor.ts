import {
  acceptCompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  completionStatus,
  startCompletion,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, insertNewline } from '@codemirror/commands';
import { bracketMatching } from '@codemirror/language';
import { type Diagnostic, setDiagnostics } from '@codemirror/lint';
import { Annotation, EditorState, Prec } from '@codemirror/state';
import { drawSelection, EditorView, keymap, placeholder } from '@codemirror/view';

import { editorTheme } from './editor-theme.ts';
import { queryHighlighting } from './highlight.ts';
import { queryCompletion } from './query-completion.ts';
import type { QueryProblem } from './query-problem.ts';
import { toldTexts } from './told-texts.ts';
import type { Vocabulary } from './vocabulary.ts';

export interface EditorOptions {
  readonly text: string;
  readonly label: string;
  readonly hint: string;
  readonly vocabulary: () => Vocabulary;
  readonly onChange: (text: string) => void;
  /** Enter, or Ctrl or Cmd with Enter. */
  readonly onRun: () => void;
}

export interface QueryEditorHandle {
  /** What the page has now. Unless that is news to the editor it keeps its text: one may have written on since. */
  setText(text: string): void;
  /** Underlines the place; undefined takes the line away. */
  showProblem(problem: QueryProblem | undefined): void;
  /** Puts the cursor there, or at the end. */
  focus(selection?: { readonly from: number; readonly to: number }): void;
  /** Opens the list of what may be written at the cursor. */
  complete(): void;
  destroy(): void;
}

/** Marks a text that the page set, of which it need not be told. */
const fromOutside = Annotation.define<boolean>();

/**
 * Text that replaces a selection, put in by the editor. The browser would keep the look of what was selected with a
 * style attribute, which the page's policy forbids.
 */
const replaceWithoutMarkup = EditorView.domEventHandlers({
  beforeinput: (event, view) => {
    const { main } = view.state.selection;
    const text = event.data;
    if (event.inputType !== 'insertText' || text === null || main.empty || view.composing) return false;
    event.preventDefault();
    const replaced = () =>
      view.state.update({ ...view.state.replaceSelection(text), userEvent: 'input.type', scrollIntoView: true });
    const isTaken = view.state
      .facet(EditorView.inputHandler)
      .some((handle) => handle(view, main.from, main.to, text, replaced));
    if (!isTaken) view.dispatch(replaced());
    return true;
  },
});

/**
 * A TraceQL editor within the element. It lives in a shadow root: there the editor's styles are constructed sheets,
 * which the page's policy allows, where it would forbid a style element.
 */
export function openQueryEditor(host: HTMLElement, options: EditorOptions): QueryEditorHandle {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  root.replaceChildren();
  const run = (): boolean => {
    options.onRun();
    return true;
  };
  const told = toldTexts();
  let pageText = options.text;
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        history(),
        drawSelection(),
        bracketMatching(),
        EditorState.languageData.of(() => [{ closeBrackets: { brackets: ['(', '{', '"', '`'] } }]),
        closeBrackets(),
        queryHighlighting,
        queryCompletion(options.vocabulary),
        placeholder(options.hint),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({
          'aria-label': options.label,
          'data-testid': 'query',
          spellcheck: 'false',
          autocapitalize: 'off',
        }),
        Prec.highest(
          keymap.of([
            { key: 'Mod-Enter', run },
            // A list that has only just come takes no key yet; Tab must not leave the editor because of that.
            { key: 'Tab', run: (target) => acceptCompletion(target) || completionStatus(target.state) === 'active' },
            { key: 'Shift-Enter', run: insertNewline },
          ]),
        ),
        Prec.high(keymap.of([...completionKeymap, { key: 'Alt-Space', run: startCompletion }])),
        keymap.of([
          { key: 'Enter', run: (target) => (completionStatus(target.state) === 'pending' ? true : run()) },
          ...closeBracketsKeymap,
          ...defaultKeymap,
          ...historyKeymap,
        ]),
        replaceWithoutMarkup,
        EditorView.updateListener.of((update) => {
          const isOwn = update.transactions.some((transaction) => transaction.annotation(fromOutside) === true);
          if (!update.docChanged || isOwn) return;
          const text = update.state.doc.toString();
          told.tell(text);
          options.onChange(text);
        }),
        editorTheme,
      ],
    }),
  });
  return {
    setText: (text) => {
      const isNew = text !== pageText;
      pageText = text;
      if (text === view.state.doc.toString()) {
        told.settle();
        return;
      }
      if (!isNew || told.isGivenBack(text)) return;
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length, insert: text },
        annotations: fromOutside.of(true),
      });
    },
    showProblem: (problem) => {
      view.dispatch(setDiagnostics(view.state, problem === undefined ? [] : diagnosticsOf(problem, view)));
    },
    focus: (selection) => {
      view.focus();
      const { length } = view.state.doc;
      const anchor = Math.min(selection?.from ?? length, length);
      view.dispatch({ selection: { anchor, head: Math.min(selection?.to ?? anchor, length) } });
    },
    complete: () => void startCompletion(view),
    destroy: () => view.destroy(),
  };
}

function diagnosticsOf({ range, message, suggestion }: QueryProblem, view: EditorView): readonly Diagnostic[] {
  if (range === undefined) return [];
  const { length } = view.state.doc;
  const from = Math.min(range.start, length);
  const to = Math.min(range.end, length);
  const replace = (target: EditorView, start: number, end: number): void => {
    target.dispatch({ changes: { from: start, to: end, insert: suggestion ?? '' } });
  };
  return [
    {
      from,
      to,
      severity: 'error',
      message,
      ...(suggestion !== undefined && { actions: [{ name: `Write ${suggestion}`, apply: replace }] }),
    },
  ];
}
