import { MAX_SELECTED_ATTRIBUTES } from '@throughline/query/client';

import type { SortKey } from './result-sort.ts';
import { createStored, type Stored } from './stored.ts';

/** A column of the result table: a fact of the trace, or an attribute of its spans. */
export type Column =
  | { readonly kind: 'fact'; readonly fact: Fact }
  | { readonly kind: 'attribute'; readonly scope: 'span' | 'resource'; readonly name: string };

export const FACTS = ['start', 'service', 'operation', 'duration', 'errors', 'spans', 'services', 'id'] as const;
export type Fact = (typeof FACTS)[number];

interface FactDefinition {
  readonly label: string;
  /** At least. */
  readonly widthPx: number;
  /** Its share of what room is left; 0 stays as wide as it is. */
  readonly grow: number;
  readonly sortKey: SortKey | undefined;
  readonly isNumber: boolean;
}

export const FACT_COLUMNS: Readonly<Record<Fact, FactDefinition>> = {
  start: { label: 'Start', widthPx: 160, grow: 0, sortKey: 'start', isNumber: false },
  service: { label: 'Service', widthPx: 88, grow: 0.6, sortKey: 'service', isNumber: false },
  operation: { label: 'Operation', widthPx: 110, grow: 1.2, sortKey: 'operation', isNumber: false },
  duration: { label: 'Duration', widthPx: 72, grow: 0.8, sortKey: 'duration', isNumber: true },
  errors: { label: 'Errors', widthPx: 60, grow: 0, sortKey: 'errors', isNumber: true },
  spans: { label: 'Spans', widthPx: 56, grow: 0, sortKey: 'spans', isNumber: true },
  services: { label: 'Services', widthPx: 84, grow: 0, sortKey: 'services', isNumber: false },
  id: { label: 'Trace id', widthPx: 128, grow: 0, sortKey: undefined, isNumber: false },
};

const ATTRIBUTE = { widthPx: 96, grow: 0.7 } as const;
/** Of the box that ticks a trace, before all columns. */
const TICK_PX = 24;
/** Between columns, and of a row beside them; as the style sheet has it. */
const GAP_PX = 12;
const PADDING_PX = 32;

const fact = (name: Fact): Column => ({ kind: 'fact', fact: name });

export const INITIAL_COLUMNS: readonly Column[] = (
  ['start', 'service', 'operation', 'duration', 'errors', 'spans', 'services'] as const
).map(fact);

export function columnKey(column: Column): string {
  return column.kind === 'fact' ? column.fact : `${column.scope}.${column.name}`;
}

/** The attributes among the columns, as a search is asked for them. */
export function attributeKeys(columns: readonly Column[]): readonly string[] {
  return columns.filter(({ kind }) => kind === 'attribute').map(columnKey);
}

export function columnLabel(column: Column): string {
  return column.kind === 'fact' ? FACT_COLUMNS[column.fact].label : column.name;
}

const sizeOf = (column: Column): { readonly widthPx: number; readonly grow: number } =>
  column.kind === 'fact' ? FACT_COLUMNS[column.fact] : ATTRIBUTE;

/** `grid-template-columns` of the rows, the box to tick first. */
export function columnTemplate(columns: readonly Column[]): string {
  const sizes = columns
    .map((column) => sizeOf(column))
    .map(({ widthPx, grow }) => (grow === 0 ? `${widthPx}px` : `minmax(${widthPx}px, ${grow}fr)`));
  return [`${TICK_PX}px`, ...sizes].join(' ');
}

/** What a row needs; in less room the table scrolls sideways. */
export function leastWidthPx(columns: readonly Column[]): number {
  const widths = columns.reduce((sum, column) => sum + sizeOf(column).widthPx, 0);
  return TICK_PX + widths + GAP_PX * columns.length + PADDING_PX;
}

/** Below this width only what tells traces apart is shown; the operation names its service then. */
const NARROW_PX = 640;
export const NARROW_COLUMNS: readonly Column[] = (['operation', 'duration', 'errors'] as const).map(fact);

export function columnsFor(columns: readonly Column[], widthPx: number): readonly Column[] {
  return widthPx > 0 && widthPx < NARROW_PX ? NARROW_COLUMNS : columns;
}

/** The columns with one more or less; facts keep their order and stand before attributes. */
export function toggleColumn(columns: readonly Column[], column: Column): readonly Column[] {
  const key = columnKey(column);
  const rest = columns.filter((each) => columnKey(each) !== key);
  if (rest.length < columns.length) return rest.length === 0 ? columns : rest;
  const attributes = rest.filter((each) => each.kind === 'attribute');
  if (column.kind === 'attribute') {
    return attributes.length >= MAX_SELECTED_ATTRIBUTES ? columns : [...rest, column];
  }
  const facts = FACTS.filter((name) => name === column.fact || rest.some((each) => columnKey(each) === name));
  return [...facts.map(fact), ...attributes];
}

export const storedColumns: Stored<readonly Column[]> = createStored(
  'throughline.search.columns',
  INITIAL_COLUMNS,
  columnsOf,
);

/** Reads columns as they are kept: their keys. */
export function columnsOf(json: unknown): readonly Column[] | undefined {
  if (!Array.isArray(json)) return undefined;
  const columns = json.flatMap((each: unknown) => columnOf(each));
  return columns.length === 0 ? undefined : columns;
}

function columnOf(json: unknown): readonly Column[] {
  if (typeof json !== 'object' || json === null || !('kind' in json)) return [];
  if (json.kind === 'fact' && 'fact' in json) {
    const name = FACTS.find((candidate) => candidate === json.fact);
    return name === undefined ? [] : [fact(name)];
  }
  if (json.kind !== 'attribute' || !('scope' in json) || !('name' in json)) return [];
  const { scope, name } = json;
  if ((scope !== 'span' && scope !== 'resource') || typeof name !== 'string') return [];
  return [{ kind: 'attribute', scope, name }];
}
