import type { AttributeValue } from '@throughline/model';
import { type AttributeScope, filterQuery, printQuery, tagCondition } from '@throughline/traceql';

import { pageMode } from '../../navigation/page-mode.ts';
import { initialSearch, searchToUrl } from '../../search/search-state.ts';
import { textOf } from '../attribute-value.ts';

/** Longer values make no search that anyone reads. */
const MAX_SEARCHED_CHARACTERS = 300;

/** Where an attribute stands, in TraceQL's words. */
export type AttributePlace = 'span' | 'resource' | 'event' | 'link' | 'instrumentation';

/** The search for all traces with this value in this place; undefined where a search cannot ask for it. */
export function attributeSearch(place: AttributePlace, key: string, value: AttributeValue): string | undefined {
  if (pageMode === 'file' || !['string', 'bigint', 'number', 'boolean'].includes(typeof value)) return undefined;
  const text = textOf(value);
  if (text.length > MAX_SEARCHED_CHARACTERS) return undefined;
  const time = { kind: 'all' } as const;
  // The form's tags are those of spans and resources; it trims what people type.
  const isTag =
    (place === 'span' || place === 'resource') && text.trim() === text && key.trim() === key && !key.includes('=');
  if (isTag) return searchToUrl({ ...initialSearch, tags: [{ key, value: text }], time });
  const scopes: readonly AttributeScope[] = [place];
  const query = printQuery(filterQuery(tagCondition(key, text, scopes)));
  return searchToUrl({ ...initialSearch, mode: 'query', query, time });
}

/** The search for all spans of the same service and name. */
export function spansLikeThis(service: string, name: string): string {
  return searchToUrl({ ...initialSearch, service, operation: name, time: { kind: 'all' } });
}
