import { useEffect } from 'react';

import { colourByAttribute, colourByError, colourByKind, colourBySelfTime, colourByService } from './colouring.ts';
import { rawTimes } from './clock-times.ts';
import { nothingToFind, type TraceView } from './trace-view.ts';
import { nextMarked } from './tree-moves.ts';
import { useViewState } from './use-view-state.ts';
import type { FindResult } from './in-worker/find.ts';

/** Has the worker do what the page's choices ask for, and gives the results to the view. */
export function useTraceWork(view: TraceView): void {
  usePaths(view);
  useColouring(view);
  useClocks(view);
  useFind(view);
  useEffect(() => () => view.work.close(), [view]);
}

/** Critical path and self times, as soon as the first picture is there. */
function usePaths(view: TraceView): void {
  useEffect(() => {
    if (view.state().paths !== undefined) return undefined;
    const abort = new AbortController();
    // The columns are copied to the worker then, which should not hold up the first frame.
    const frame = requestAnimationFrame(() => {
      setTimeout(() => {
        if (abort.signal.aborted) return;
        view.work.run('paths', {}, { signal: abort.signal }).then(view.setPaths, ignoreAbort(abort.signal));
      });
    });
    return () => {
      cancelAnimationFrame(frame);
      abort.abort();
    };
  }, [view]);
}

function useColouring(view: TraceView): void {
  const by = useViewState(view, (state) => state.wishes.colourBy);
  const paths = useViewState(view, (state) => (by.kind === 'self' ? state.paths : undefined));
  useEffect(() => {
    const { columns } = view;
    switch (by.kind) {
      case 'service':
        if (view.state().colouring.by.kind !== 'service') view.setColouring(colourByService(columns, view.colours));
        return undefined;
      case 'kind':
        view.setColouring(colourByKind(columns));
        return undefined;
      case 'error':
        view.setColouring(colourByError(columns, view.errorsUpTo));
        return undefined;
      case 'self':
        if (paths !== undefined) view.setColouring(colourBySelfTime(columns, paths, rawTimes(columns).durationNano));
        return undefined;
      case 'attribute': {
        const abort = new AbortController();
        view.work
          .run('groups', { by }, { signal: abort.signal })
          .then((groups) => view.setColouring(colourByAttribute(columns, by.name, groups)), ignoreAbort(abort.signal));
        return () => abort.abort();
      }
    }
  }, [view, by, paths]);
}

function useClocks(view: TraceView): void {
  const corrected = useViewState(view, (state) => state.wishes.corrected);
  useEffect(() => {
    if (!corrected) {
      if (view.state().times.correction !== undefined) view.setTimes(rawTimes(view.columns));
      return undefined;
    }
    const abort = new AbortController();
    view.work.run('clocks', {}, { signal: abort.signal }).then(view.setTimes, ignoreAbort(abort.signal));
    return () => abort.abort();
  }, [view, corrected]);
}

function useFind(view: TraceView): void {
  const text = useViewState(view, (state) => state.wishes.find);
  useEffect(() => {
    if (text.trim() === '') {
      if (view.state().find !== nothingToFind) view.setFind(nothingToFind);
      return undefined;
    }
    const abort = new AbortController();
    const { signal } = abort;
    view.setFind({ ...nothingToFind, text, progress: 0 });
    // What the task reports is what it returns, so far.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const onProgress = (progress: unknown): void => view.setFind({ text, ...(progress as FindResult) });
    view.work.run('find', { text }, { signal, onProgress }).then((found) => {
      const { problem, ...result } = found;
      view.setFind({ text, ...result, ...(problem !== undefined && { problem: problem.message }) });
      const { focusedRow, tree } = view.state();
      const first = found.matches[focusedRow] === 1 ? focusedRow : nextMarked(found.matches, focusedRow, 1, tree);
      if (first >= 0) view.reveal(first);
    }, ignoreAbort(signal));
    return () => abort.abort();
  }, [view, text]);
}

/** A defect is thrown where the browser reports it; what was called off is nothing. */
function ignoreAbort(signal: AbortSignal): (reason: unknown) => void {
  return (reason) => {
    if (signal.aborted || (reason instanceof DOMException && reason.name === 'AbortError')) return;
    queueMicrotask(() => {
      throw reason;
    });
  };
}
