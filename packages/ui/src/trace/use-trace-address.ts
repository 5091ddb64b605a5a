import { useEffect, useLayoutEffect, useRef } from 'react';

import { navigate, useLocation } from '../navigation/location.ts';
import { isFullViewport } from './time-viewport.ts';
import { rowOfSpanId, spanIdOfRow } from './span-ids.ts';
import { parseTraceAddress, printTraceAddress, type TraceAddress } from './trace-address.ts';
import type { TraceView } from './trace-view.ts';

/** Browsers refuse more than some 100 changes of the address in 30 s; zooming makes 60 in one. */
const SETTLE_MS = 300;

/** The address says what the page shows, so that a copied link shows it again; what the address says is shown. */
export function useTraceAddress(view: TraceView): void {
  const { search } = useLocation();
  // The query string on which address and view agreed last, and for which view.
  const agreed = useRef<{ readonly view: TraceView; readonly search: string }>(undefined);
  // Before the first picture, which should be the one that the address says.
  useLayoutEffect(() => {
    if (agreed.current?.view === view && agreed.current.search === search) return;
    applyAddress(view, parseTraceAddress(search));
    agreed.current = { view, search };
  }, [view, search]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const write = (): void => {
      clearTimeout(timer);
      timer = undefined;
      const before = agreed.current?.search ?? '';
      const address = addressOf(view);
      const after = printTraceAddress(address, before);
      if (after === before) return;
      agreed.current = { view, search: after };
      const replace = !isStep(parseTraceAddress(before), address);
      navigate(`/trace/${view.columns.traceId}${after}`, { replace });
    };
    const onChange = (): void => {
      if (agreed.current?.view !== view) return;
      const before = parseTraceAddress(agreed.current.search);
      const after = addressOf(view);
      if (isSettledChange(before, after)) write();
      else timer ??= setTimeout(write, SETTLE_MS);
    };
    const stop = view.subscribe(onChange);
    onChange();
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [view]);
}

/** The whole state of the page as an address. */
export function addressOf(view: TraceView): TraceAddress {
  const { viewport, selectedRow, root, filter, showsPath, repeats, wishes } = view.state();
  const idOf = (row: number): string | undefined => (row < 0 ? undefined : spanIdOfRow(view.columns, row));
  return {
    ...wishes,
    span: idOf(selectedRow),
    root: idOf(root),
    filter,
    showsPath,
    foldsRepeats: repeats !== undefined,
    time: isFullViewport(viewport, view.durationNano) || isSame(viewport, view.wholeViewport()) ? undefined : viewport,
  };
}

function isSame(
  a: { readonly startNano: number; readonly endNano: number },
  b: { readonly startNano: number; readonly endNano: number },
): boolean {
  return Math.abs(a.startNano - b.startNano) < 1 && Math.abs(a.endNano - b.endNano) < 1;
}

function applyAddress(view: TraceView, address: TraceAddress): void {
  const { columns } = view;
  const rowOf = (id: string | undefined): number => (id === undefined ? -1 : rowOfSpanId(columns, id));
  const { tab, colourBy, corrected, find, sort, by, merged, operations } = address;
  view.wish({ tab, colourBy, corrected, find, sort, by, merged, operations });
  const before = view.state();
  if ((before.repeats !== undefined) !== address.foldsRepeats) view.foldRepeats(address.foldsRepeats);
  if (before.showsPath !== address.showsPath) view.showPath(address.showsPath);
  if (JSON.stringify(before.filter) !== JSON.stringify(address.filter)) view.setFilter(address.filter);
  view.setRoot(rowOf(address.root));
  view.setViewport(address.time ?? view.wholeViewport());
  const row = rowOf(address.span);
  if (row >= 0) view.reveal(row);
  view.select(row);
}

/** Whether it is a step that "back" should undo. */
function isStep(before: TraceAddress, after: TraceAddress): boolean {
  return (
    before.tab !== after.tab ||
    before.root !== after.root ||
    JSON.stringify(before.filter) !== JSON.stringify(after.filter)
  );
}

/** Whether more has changed than what changes many times in a row. */
function isSettledChange(before: TraceAddress, after: TraceAddress): boolean {
  const settled = ({ time: _time, find: _find, ...rest }: TraceAddress): string => JSON.stringify(rest);
  return settled(before) !== settled(after);
}
