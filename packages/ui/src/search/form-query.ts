import {
  bothQueries,
  type Comparison,
  type FieldExpression,
  filterQuery,
  parseQuery,
  printDurationNano,
  printField,
  printQuery,
  type Query,
  spanFilter,
  tagCondition,
} from '@throughline/traceql';

import { parseDuration } from '../format/duration.ts';
import { initialSearch, type SearchState, type Tag } from './search-state.ts';

/** The form's fields, and what else a query asks of the same span. */
export interface FormFields extends Pick<
  SearchState,
  'service' | 'operation' | 'tags' | 'minDuration' | 'maxDuration'
> {
  readonly conditions: readonly FieldExpression[];
}

export const emptyForm: FormFields = {
  service: '',
  operation: '',
  tags: [],
  minDuration: '',
  maxDuration: '',
  conditions: [],
};

/** What the form asks for as a query; undefined while a field makes no sense. */
function queryOfForm(form: FormFields): Query | undefined {
  const minNano = durationOf(form.minDuration);
  const maxNano = durationOf(form.maxDuration);
  if (minNano === 'wrong' || maxNano === 'wrong') return undefined;
  return spanFilter({
    ...(form.service !== '' && { service: form.service }),
    ...(form.operation !== '' && { operation: form.operation }),
    tags: form.tags.map(({ key, value }) => [key, value] as const),
    conditions: form.conditions,
    ...(minNano !== undefined && { minTraceDurationNano: minNano }),
    ...(maxNano !== undefined && { maxTraceDurationNano: maxNano }),
  });
}

function durationOf(text: string): bigint | undefined | 'wrong' {
  if (text === '') return undefined;
  const nano = text === '0' ? 0 : parseDuration(text);
  return nano === undefined ? 'wrong' : BigInt(Math.round(nano));
}

/** What every span satisfies; there is no need to write it. */
const SELECT_ALL = '{ }';

/** What the search asks for as a query's text, empty for everything. */
export function queryTextOf(state: SearchState): string {
  if (state.mode === 'query') return state.query;
  const text = textOfForm({ ...state, conditions: [] });
  return text === SELECT_ALL ? '' : text;
}

/** A duration that is still being written is no part of the query yet. */
function textOfForm(form: FormFields): string {
  const query = queryOfForm(form) ?? queryOfForm({ ...form, minDuration: '', maxDuration: '' });
  return query === undefined ? '' : printQuery(query);
}

/** The search as the form shows it; undefined for a query that relates spans to each other, or that has a mistake. */
export function formOf(state: SearchState): FormFields | undefined {
  if (state.mode === 'form') return { ...emptyForm, ...fieldsOf(state) };
  const { query } = parseQuery(state.query);
  if (query === undefined || query.spanset.kind !== 'filter') return undefined;
  const { condition } = query.spanset;
  if (condition.kind === 'literal') return condition.value === true ? emptyForm : undefined;
  return (condition.kind === 'and' ? condition.operands : [condition]).reduce(withCondition, emptyForm);
}

function fieldsOf({ service, operation, tags, minDuration, maxDuration }: SearchState): Omit<FormFields, 'conditions'> {
  return { service, operation, tags, minDuration, maxDuration };
}

/** The search with the form's fields: an address of fields where they say it all, else a query. */
export function searchWithForm(state: SearchState, form: FormFields): SearchState {
  const { conditions, ...fields } = form;
  const empty = { service: '', operation: '', tags: [], minDuration: '', maxDuration: '' };
  if (conditions.length === 0) return { ...state, ...fields, mode: 'form', query: '' };
  return { ...state, ...empty, mode: 'query', query: textOfForm(form) };
}

/** The search with one more condition on the span; undefined if its query has a mistake. */
export function searchWithCondition(state: SearchState, condition: FieldExpression): SearchState | undefined {
  const form = formOf(state);
  if (form !== undefined) return searchWithForm(state, withCondition(form, condition));
  const { query } = parseQuery(state.query);
  if (query === undefined) return undefined;
  const both = bothQueries(query, filterQuery(condition));
  return { ...state, mode: 'query', query: printQuery(both) };
}

/** The search with the condition, or without it where it has it; a selected part of the heat map is narrowed with it. */
export function searchWithToggled(state: SearchState, condition: FieldExpression): SearchState | undefined {
  const form = formOf(state);
  if (form !== undefined && asksFor(form, condition)) {
    return { ...searchWithForm(state, withoutCondition(form, condition)), region: undefined };
  }
  const next = searchWithCondition(state, condition);
  if (next === undefined || state.region === undefined) return next;
  const { query } = parseQuery(state.region.query);
  if (query === undefined) return { ...next, region: undefined };
  return { ...next, region: { ...state.region, query: printQuery(bothQueries(query, filterQuery(condition))) } };
}

/** The expression between the braces of a query of one filter, as the API writes conditions; undefined if it is none. */
export function conditionOf(text: string): FieldExpression | undefined {
  const { query } = parseQuery(`{ ${text} }`);
  return query?.spanset.kind === 'filter' ? query.spanset.condition : undefined;
}

/** Whether the search asks for the very condition, so that it could be taken away. */
export function asksFor(form: FormFields, condition: FieldExpression): boolean {
  const text = printField(condition);
  return conditionsOf(form).some((each) => printField(each) === text);
}

/** The form without the condition, in whichever field it stands. */
export function withoutCondition(form: FormFields, condition: FieldExpression): FormFields {
  const text = printField(condition);
  const rest = conditionsOf(form).filter((each) => printField(each) !== text);
  return rest.reduce(withCondition, emptyForm);
}

function conditionsOf(form: FormFields): readonly FieldExpression[] {
  const query = queryOfForm(form);
  if (query === undefined || query.spanset.kind !== 'filter') return [];
  const { condition } = query.spanset;
  if (condition.kind === 'and') return condition.operands;
  return condition.kind === 'literal' ? [] : [condition];
}

function withCondition(form: FormFields, condition: FieldExpression): FormFields {
  if (condition.kind === 'comparison') {
    const field = withComparison(form, condition);
    if (field !== undefined) return field;
  }
  const tag = tagOf(condition);
  if (tag !== undefined) return { ...form, tags: [...form.tags, tag] };
  return { ...form, conditions: [...form.conditions, condition] };
}

function withComparison(form: FormFields, { left, operator, right }: Comparison): FormFields | undefined {
  if (right.kind !== 'literal') return undefined;
  if (right.type === 'text' && operator === '=' && right.value !== '' && right.value === right.value.trim()) {
    const isService = left.kind === 'attribute' && left.scope === 'resource' && left.name === 'service.name';
    if (isService && form.service === '') return { ...form, service: right.value };
    if (left.kind === 'intrinsic' && left.name === 'name' && form.operation === '') {
      return { ...form, operation: right.value };
    }
  }
  if (right.type !== 'duration' || left.kind !== 'intrinsic' || left.name !== 'traceDuration') return undefined;
  const text = printDurationNano(right.value);
  // The form's fields know durations of one unit.
  if (durationOf(text) !== right.value) return undefined;
  if (operator === '>=' && form.minDuration === '') return { ...form, minDuration: text };
  if (operator === '<=' && form.maxDuration === '') return { ...form, maxDuration: text };
  return undefined;
}

/** The tag that means exactly the condition, if there is one. */
function tagOf(condition: FieldExpression): Tag | undefined {
  const comparisons = condition.kind === 'or' ? condition.operands : [condition];
  for (const each of comparisons) {
    if (each.kind !== 'comparison' || each.operator !== '=' || each.right.kind !== 'literal') continue;
    const { left, right } = each;
    const key =
      left.kind === 'attribute' ? left.name : left.kind === 'intrinsic' && left.name === 'error' ? 'error' : '';
    if (key === '' || (right.type !== 'text' && right.type !== 'boolean')) continue;
    const value = String(right.value);
    if (value !== value.trim() || key.includes('=') || key !== key.trim()) continue;
    if (printField(tagCondition(key, value)) === printField(condition)) return { key, value };
  }
  return undefined;
}

/** A search for everything in the same time. */
export function clearedSearch({ time, order, limit }: SearchState): SearchState {
  return { ...initialSearch, time, order, limit };
}
