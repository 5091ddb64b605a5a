import { formatCount } from '../../format/count.ts';
import { formatDuration } from '../../format/duration.ts';
import type { GraphToLayOut } from '../../graph-layout/graph.ts';
import type { CallEdge, CallGraph, CallNode } from '../in-worker/call-graph.ts';

export const BOX_HEIGHT = 58;
const MIN_WIDTH = 132;
const MAX_WIDTH = 260;
/** Of the text's first lines, in CSS pixels; boxes are cut with an ellipsis where it is more. */
const CHARACTER_WIDTH = 7.4;
const INSET = 36;

/** Boxes as wide as their names, room on each edge for its count. */
export function graphBoxes({ nodes, edges }: CallGraph): GraphToLayOut {
  return {
    direction: 'right',
    nodes: nodes.map((node) => ({ id: node.id, width: widthOf(node), height: BOX_HEIGHT })),
    edges: edges.map((edge) => ({
      id: edge.id,
      from: edge.from,
      to: edge.to,
      label: { width: 12 + 6.5 * edgeWords(edge).length, height: 16 },
    })),
  };
}

function widthOf(node: CallNode): number {
  const characters = Math.max(node.service.length, node.operation?.length ?? 0, factsOf(node).length * 0.9);
  return Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, Math.ceil(INSET + characters * CHARACTER_WIDTH)));
}

/** The line of numbers in a box. */
export function factsOf({ spanCount, selfNano }: Pick<CallNode, 'spanCount' | 'selfNano'>): string {
  return `${formatCount(spanCount)} · self ${formatDuration(selfNano)}`;
}

/** How often, and how often in vain. */
export function edgeWords({ callCount, errorCount }: Pick<CallEdge, 'callCount' | 'errorCount'>): string {
  return errorCount === 0 ? formatCount(callCount) : `${formatCount(callCount)}, ${formatCount(errorCount)} failed`;
}
