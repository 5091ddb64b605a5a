import type { TraceColumns } from '@throughline/model';

import { MARK_ERROR, MARK_NEUTRAL, MARK_SCALE, MARK_SCALE_COUNT, MARK_WARNING } from '../canvas/marks.ts';
import { assignServiceColours } from './service-colours.ts';
import type { PathColumns } from './in-worker/path-columns.ts';
import { KIND_WORDS, type RowGroups } from './in-worker/statistics.ts';

/** What the bars' colours say. */
export type ColourBy =
  | { readonly kind: 'service' | 'kind' | 'error' | 'self' }
  | { readonly kind: 'attribute'; readonly name: string };

/** A mark (see `canvas/marks.ts`) a row, and what the marks say. */
export interface Colouring {
  readonly by: ColourBy;
  readonly marks: Uint8Array;
  /** Empty by service: there every service is named beside its colour. */
  readonly legend: readonly LegendEntry[];
}

export interface LegendEntry {
  readonly mark: number;
  readonly label: string;
  readonly spanCount: number;
}

/** Colour numbers as services have them: server blue, client orange, and so on. */
const MARK_OF_KIND = [MARK_NEUTRAL, 9, 0, 1, 3, 2] as const;
/** From which share of the trace's duration on a span's own time gets the next step of the scale. */
const SELF_SHARES = [0, 0.001, 0.01, 0.05, 0.2] as const;
/** More values than these share a last entry of the legend. */
const MAX_VALUES = 12;

export function colourByService(columns: TraceColumns, colours: Uint8Array): Colouring {
  const marks = marksOf(columns, (row) => colours[columns.service[row] ?? 0] ?? 0);
  return { by: { kind: 'service' }, marks, legend: [] };
}

export function colourByKind(columns: TraceColumns): Colouring {
  const marks = marksOf(columns, (row) => MARK_OF_KIND[columns.kind[row] ?? 0] ?? MARK_NEUTRAL);
  const legend = KIND_WORDS.map((label, kind) => ({ mark: MARK_OF_KIND[kind] ?? MARK_NEUTRAL, label }));
  return { by: { kind: 'kind' }, marks, legend: counted(marks, legend) };
}

export function colourByError(columns: TraceColumns, errorsUpTo: Uint32Array): Colouring {
  const marks = marksOf(columns, (row) => {
    if (columns.error[row] === 1) return MARK_ERROR;
    const end = columns.subtreeEnd[row] ?? row + 1;
    return (errorsUpTo[end] ?? 0) > (errorsUpTo[row + 1] ?? 0) ? MARK_WARNING : MARK_NEUTRAL;
  });
  const legend = [
    { mark: MARK_ERROR, label: 'error' },
    { mark: MARK_WARNING, label: 'error below' },
    { mark: MARK_NEUTRAL, label: 'no error' },
  ];
  return { by: { kind: 'error' }, marks, legend: counted(marks, legend) };
}

export function colourBySelfTime(columns: TraceColumns, { selfNano }: PathColumns, traceNano: number): Colouring {
  const marks = marksOf(columns, (row) => {
    const share = traceNano > 0 ? (selfNano[row] ?? 0) / traceNano : 0;
    let step = 0;
    while (step + 1 < MARK_SCALE_COUNT && share >= (SELF_SHARES[step + 1] ?? 1)) step++;
    return MARK_SCALE + step;
  });
  const legend = SELF_SHARES.map((share, step) => ({
    mark: MARK_SCALE + step,
    label: step === 0 ? `below ${percent(SELF_SHARES[1])}` : `from ${percent(share)} of the trace`,
  }));
  return { by: { kind: 'self' }, marks, legend: counted(marks, legend.toReversed()) };
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}

/** The most frequent values have a colour of their own. */
export function colourByAttribute(columns: TraceColumns, name: string, { groupOf, groups }: RowGroups): Colouring {
  const counts = new Uint32Array(groups.length);
  for (const group of groupOf) if (group >= 0) counts[group] = (counts[group] ?? 0) + 1;
  const first = [...groups.keys()]
    .toSorted((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0) || a - b)
    .slice(0, MAX_VALUES);
  const colours = assignServiceColours(first.map((group) => groups[group]?.label ?? ''));
  const markOfGroup = new Uint8Array(groups.length).fill(MARK_WARNING);
  for (const group of first) markOfGroup[group] = colours.get(groups[group]?.label ?? '') ?? MARK_NEUTRAL;
  const marks = marksOf(columns, (row) => {
    const group = groupOf[row] ?? -1;
    return group < 0 ? MARK_NEUTRAL : (markOfGroup[group] ?? MARK_NEUTRAL);
  });
  const legend = [
    ...first.map((group) => ({ mark: markOfGroup[group] ?? 0, label: groups[group]?.label ?? '' })),
    { mark: MARK_WARNING, label: 'other values' },
    { mark: MARK_NEUTRAL, label: 'without it' },
  ];
  return { by: { kind: 'attribute', name }, marks, legend: counted(marks, legend) };
}

function marksOf(columns: TraceColumns, of: (row: number) => number): Uint8Array {
  const marks = new Uint8Array(columns.spanCount);
  for (let row = 0; row < columns.spanCount; row++) marks[row] = of(row);
  return marks;
}

function counted(marks: Uint8Array, entries: readonly Omit<LegendEntry, 'spanCount'>[]): readonly LegendEntry[] {
  const counts = new Uint32Array(256);
  for (const mark of marks) counts[mark] = (counts[mark] ?? 0) + 1;
  return entries.flatMap((entry) => {
    const spanCount = counts[entry.mark] ?? 0;
    return spanCount === 0 ? [] : [{ ...entry, spanCount }];
  });
}
