import type { GraphLayout, GraphToLayOut } from './graph.ts';
import { layOutGraph } from './lay-out-graph.ts';

export interface LayoutRequest {
  readonly id: number;
  readonly graph: GraphToLayOut;
}

export type LayoutReply =
  | { readonly id: number; readonly layout: GraphLayout }
  | { readonly id: number; readonly problem: string };

self.addEventListener('message', (event: MessageEvent<LayoutRequest>) => {
  const { id, graph } = event.data;
  let reply: LayoutReply;
  try {
    reply = { id, layout: layOutGraph(graph) };
  } catch (error) {
    reply = { id, problem: error instanceof Error ? error.message : String(error) };
  }
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- to the page that made the worker
  self.postMessage(reply);
});
