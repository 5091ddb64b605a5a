import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  type CompletionSource,
} from '@codemirror/autocomplete';
import type { Extension } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';

import { type CompletionOption, completionOptions } from './completion-options.ts';
import { completionPlace } from './completion-place.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Offers what the language and the store have at the cursor. */
export function queryCompletion(vocabulary: () => Vocabulary): Extension {
  return autocompletion({
    override: [completionSource(vocabulary)],
    icons: false,
    activateOnTypingDelay: 60,
    // An explicit call lists more than one page of names; the list scrolls.
    maxRenderedOptions: 200,
  });
}

function completionSource(vocabulary: () => Vocabulary): CompletionSource {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const place = completionPlace(context.state.doc.toString(), context.pos);
    if (place === undefined) return null;
    // What follows a finished piece is only offered when asked for: Enter shall search then, not choose.
    const wanted = context.explicit || place.started || place.expects === 'field' || place.expects === 'value';
    if (!wanted) return null;
    const options = await completionOptions(place, vocabulary());
    if (context.aborted || options.length === 0) return null;
    return {
      from: place.from,
      options: options.map((option, index) => completionOf(option, index)),
      // While a piece grows without blanks the same list is filtered further.
      validFor: /^(?:[^\s{}()=~!<>&|"`]*|"[^"\n]*"?)$/,
    };
  };
}

/** The order given is a preference that a better match of the text may overrule. */
const MAX_BOOST = 99;

function completionOf(option: CompletionOption, index: number): Completion {
  return {
    label: option.label,
    ...(option.detail !== undefined && { detail: option.detail }),
    type: option.type,
    boost: Math.max(-MAX_BOOST, MAX_BOOST - index),
    apply: (view, _completion, from, to) => insert(view, option, from, to),
  };
}

function insert(view: EditorView, option: CompletionOption, from: number, to: number): void {
  const { label } = option;
  // The closing quote that the editor has set already.
  const next = view.state.sliceDoc(to, to + 1);
  const end = /["`]$/.test(label) && next === label.at(-1) ? to + 1 : to;
  view.dispatch({
    changes: { from, to: end, insert: label },
    selection: { anchor: from + (option.cursor ?? label.length) },
    userEvent: 'input.complete',
  });
}
