import { useState } from 'react';

import { formOf, type FormFields, queryTextOf, searchWithForm } from './form-query.ts';
import { normalizeDuration, parseTagLine, type SearchState } from './search-state.ts';

/** The search that is being written: the query's text and the form are two views of it. */
export interface Draft {
  readonly state: SearchState;
  readonly text: string;
  /** Undefined while the query is none that the form can show. */
  readonly form: FormFields | undefined;
  /** What is typed into the tag field and no tag yet. */
  readonly tagText: string;
  readonly change: (part: Partial<SearchState>) => void;
  readonly setText: (text: string) => void;
  readonly setForm: (part: Partial<FormFields>) => void;
  readonly setTagText: (text: string) => void;
  /** The search as it is to run: what is typed and no tag yet counts, and durations have a unit. */
  readonly complete: () => SearchState;
}

/** Begins anew whenever the search on screen, whose address is the key, is another one. */
export function useDraft(shown: SearchState, key: string): Draft {
  const [begun, setBegun] = useState(key);
  const [state, setState] = useState(shown);
  const [tagText, setTagText] = useState('');
  if (begun !== key) {
    setBegun(key);
    setState(shown);
    setTagText('');
  }
  const form = formOf(state);
  return {
    state,
    text: queryTextOf(state),
    form,
    tagText,
    change: (part) => setState((old) => ({ ...old, ...part })),
    setText: (query) => {
      // The text of the form as it stands is no edit.
      if (query !== queryTextOf(state)) setState((old) => ({ ...old, mode: 'query', query }));
    },
    setForm: (part) => {
      if (form !== undefined) setState((old) => searchWithForm(old, { ...form, ...part }));
    },
    setTagText,
    complete: () => {
      if (form === undefined || (state.mode === 'query' && tagText.trim() === '')) return state;
      return searchWithForm(state, {
        ...form,
        service: form.service.trim(),
        operation: form.operation.trim(),
        tags: [...form.tags, ...parseTagLine(tagText)],
        minDuration: normalizeDuration(form.minDuration),
        maxDuration: normalizeDuration(form.maxDuration),
      });
    },
  };
}
