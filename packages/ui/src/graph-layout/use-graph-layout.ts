import { useEffect, useRef, useState } from 'react';

import type { GraphLayout, GraphToLayOut } from './graph.ts';
import type { LayoutReply, LayoutRequest } from './graph-layout-worker.ts';

export type GraphLayoutState =
  | { readonly status: 'pending' }
  | { readonly status: 'done'; readonly graph: GraphToLayOut; readonly layout: GraphLayout }
  | { readonly status: 'failed'; readonly problem: string };

/**
 * Lays a graph out in a worker, so that the page stays at hand. Give the same object for the same graph. While a new
 * graph is laid out the last one's layout stays; `graph` says whose it is.
 */
export function useGraphLayout(graph: GraphToLayOut | undefined): GraphLayoutState {
  const [state, setState] = useState<GraphLayoutState>({ status: 'pending' });
  const latest = useRef(0);
  const worker = useRef<Worker | undefined>(undefined);
  useEffect(
    () => () => {
      worker.current?.terminate();
      worker.current = undefined;
    },
    [],
  );
  useEffect(() => {
    if (graph === undefined) return undefined;
    const id = ++latest.current;
    const layOutHere = (): void => {
      import('./lay-out-graph.ts').then(
        ({ layOutGraph }) => {
          if (latest.current === id) setState({ status: 'done', graph, layout: layOutGraph(graph) });
        },
        (error: unknown) =>
          setState({ status: 'failed', problem: error instanceof Error ? error.message : String(error) }),
      );
    };
    let current: Worker;
    try {
      current = worker.current ??= new Worker(new URL('./graph-layout-worker.ts', import.meta.url), { type: 'module' });
    } catch {
      // A page opened from disk may have no worker.
      layOutHere();
      return undefined;
    }
    const onMessage = ({ data }: MessageEvent<LayoutReply>): void => {
      if (data.id !== id) return;
      setState(
        'layout' in data ? { status: 'done', graph, layout: data.layout } : { status: 'failed', problem: data.problem },
      );
    };
    // The worker answers with its own failures: this is one that could not be loaded.
    const onError = layOutHere;
    current.addEventListener('message', onMessage);
    current.addEventListener('error', onError);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin to name
    current.postMessage({ id, graph } satisfies LayoutRequest);
    return () => {
      current.removeEventListener('message', onMessage);
      current.removeEventListener('error', onError);
    };
  }, [graph]);
  return state;
}
