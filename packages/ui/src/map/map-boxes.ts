import type { GraphToLayOut } from '../graph-layout/graph.ts';
import { edgeLabel, nodeLabel } from './map-words.ts';
import type { ServiceMap } from './service-map.ts';

export const BOX_HEIGHT = 46;
const MIN_WIDTH = 110;
const MAX_WIDTH = 260;
/** Left of the text the service's colour, right of it nothing. */
export const TEXT_INSET = 26;
const END_INSET = 14;
/** Of larger maps the arrows have no labels but those of what is chosen: room for all would push the boxes far apart. */
const MAX_LABELS = 150;
export const LABEL_HEIGHT = 16;
export const LABEL_INSET = 8;

/** Whether every arrow has its label. */
export function hasLabels({ edges }: { readonly edges: readonly unknown[] }): boolean {
  return edges.length <= MAX_LABELS;
}

/** Boxes as wide as their texts. `measure` gives the width of a text in the font of a box's first or second line. */
export function mapBoxes(map: ServiceMap, measure: (text: string, line: 'name' | 'facts') => number): GraphToLayOut {
  const { nodes, edges } = map;
  const withLabels = hasLabels(map);
  return {
    direction: 'right',
    nodes: nodes.map((node) => ({
      id: node.id,
      height: BOX_HEIGHT,
      width: Math.min(
        MAX_WIDTH,
        Math.max(
          MIN_WIDTH,
          Math.ceil(TEXT_INSET + END_INSET + Math.max(measure(node.name, 'name'), measure(nodeLabel(node), 'facts'))),
        ),
      ),
    })),
    edges: edges.map((edge) => ({
      id: edge.id,
      from: edge.from,
      to: edge.to,
      label: !withLabels
        ? undefined
        : { width: Math.ceil(measure(edgeLabel(edge), 'facts')) + LABEL_INSET, height: LABEL_HEIGHT },
    })),
  };
}
