import { formatDuration } from '@throughline/model';
import type { DependencyEdgeAnswer, PerformanceAnswer } from '@throughline/query/client';
import { formatCount } from '../../terminal/count.ts';
import { percent } from '../words.ts';
import { layoutGraph } from './dependency-layout.ts';
import type { ServiceColours } from './service-colour.ts';
import { cut, drawing, escaped, px, textAt } from './svg.ts';

const NODE_WIDTH = 150;
const NODE_HEIGHT = 34;
const ROW_GAP = 12;
const COLUMN_GAP = 54;
const PADDING = 6;
const MIN_EDGE = 1;
const MAX_EDGE = 6;
/** Edges with the most calls. */
const MAX_EDGES = 300;
const UNHEALTHY = 90;
const FAILING = 0.01;

/**
 * The services and who calls whom, from left to right. Lines are as wide as they have calls (by the logarithm) and red where
 * more than 1 % fail; services below 90 of 100 are red, `suspects` are marked.
 */
export function dependencyGraph(
  edges: readonly DependencyEdgeAnswer[],
  services: readonly PerformanceAnswer[],
  suspects: ReadonlySet<string>,
  colours: ServiceColours,
): string {
  const drawn = edges.toSorted((a, b) => b.call_count - a.call_count).slice(0, MAX_EDGES);
  const { columns, rows, places } = layoutGraph(drawn);
  const width = 2 * PADDING + columns * NODE_WIDTH + (columns - 1) * COLUMN_GAP;
  const height = 2 * PADDING + rows * NODE_HEIGHT + (rows - 1) * ROW_GAP;
  const sizes = Array.from({ length: columns }, (_, column) => {
    let count = 0;
    for (const place of places.values()) if (place.column === column) count++;
    return count;
  });
  const placeOf = (name: string): { readonly x: number; readonly y: number } => {
    const { column, row } = places.get(name) ?? { column: 0, row: 0 };
    const used = (sizes[column] ?? 0) * (NODE_HEIGHT + ROW_GAP) - ROW_GAP;
    return {
      x: PADDING + column * (NODE_WIDTH + COLUMN_GAP),
      y: (height - used) / 2 + row * (NODE_HEIGHT + ROW_GAP),
    };
  };
  const most = Math.log1p(Math.max(1, ...drawn.map(({ call_count: count }) => count)));
  const lines = drawn.map((edge) => {
    const [from, to] = [placeOf(edge.parent), placeOf(edge.child)];
    const strokeWidth = MIN_EDGE + (MAX_EDGE - MIN_EDGE) * (Math.log1p(edge.call_count) / most);
    const title =
      `${edge.parent} to ${edge.child}: ${formatCount(edge.call_count)} calls, ${percent(edge.error_rate)} fail, ` +
      `p95 ${formatDuration(Math.round(edge.duration_p95_ms * 1e6))}`;
    return (
      `<path class="edge${edge.error_rate > FAILING ? ' failing' : ''}" stroke-width="${px(strokeWidth)}" d="${curve(from, to)}">` +
      `<title>${escaped(title)}</title></path>`
    );
  });
  const byName = new Map(services.map((service) => [service.service, service]));
  const nodes = [...places.keys()].map((name) => {
    const { x, y } = placeOf(name);
    return node(name, byName.get(name), suspects.has(name), colours, x, y);
  });
  return drawing(width, height, 'Who calls whom', `<g>${lines.join('')}</g>${nodes.join('')}`);
}

function node(
  name: string,
  performance: PerformanceAnswer | undefined,
  isSuspect: boolean,
  colours: ServiceColours,
  x: number,
  y: number,
): string {
  const score = performance?.health?.score;
  const unhealthy = score !== undefined && score < UNHEALTHY;
  const p95 = performance?.durations?.p95_nano;
  const facts =
    performance === undefined || p95 === undefined
      ? ''
      : `${percent(performance.error_rate)} fail, p95 ${formatDuration(Math.round(p95))}`;
  const classes = ['node', ...(unhealthy ? ['unhealthy'] : []), ...(isSuspect ? ['suspect'] : [])].join(' ');
  return (
    `<g class="${classes}"><title>${escaped(`${name}${score === undefined ? '' : `, health ${score.toFixed(1)}`}. ${facts}`)}</title>` +
    `<rect class="box" x="${px(x)}" y="${px(y)}" width="${NODE_WIDTH}" height="${NODE_HEIGHT}" rx="5"/>` +
    `<rect class="${colours(name)}" x="${px(x)}" y="${px(y + 5)}" width="4" height="${NODE_HEIGHT - 10}" rx="2"/>` +
    textAt(x + 11, y + 14, cut(name, NODE_WIDTH - 16)) +
    textAt(x + 11, y + 28, facts, 'muted small') +
    '</g>'
  );
}

/** From the right side to the left one; back to an earlier column below both. */
function curve(
  from: { readonly x: number; readonly y: number },
  to: { readonly x: number; readonly y: number },
): string {
  const [startX, startY] = [from.x + NODE_WIDTH, from.y + NODE_HEIGHT / 2];
  const [endX, endY] = [to.x, to.y + NODE_HEIGHT / 2];
  const bend = endX > startX ? (endX - startX) / 2 : COLUMN_GAP / 2;
  return `M${px(startX)} ${px(startY)}C${px(startX + bend)} ${px(startY)} ${px(endX - bend)} ${px(endY)} ${px(endX)} ${px(endY)}`;
}
