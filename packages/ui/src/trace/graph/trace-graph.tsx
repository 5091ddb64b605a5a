import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';

import { reportDrawn } from '../../canvas/drawn.ts';
import { useElementSize } from '../../canvas/use-element-size.ts';
import { countOf, formatCount } from '../../format/count.ts';
import { formatDuration } from '../../format/duration.ts';
import { curveThrough } from '../../graph-layout/edge-path.ts';
import type { GraphLayout, PlacedEdge } from '../../graph-layout/graph.ts';
import { fitViewport, type GraphViewport, panViewport, zoomViewport } from '../../graph-layout/graph-viewport.ts';
import { useGraphLayout } from '../../graph-layout/use-graph-layout.ts';
import { Icon } from '../../shell/icons.tsx';
import { serviceColourClass } from '../../shell/service-name.tsx';
import controls from '../../styles/controls.module.css';
import { findTextOfGroup } from '../statistics/group-by.ts';
import { shareOf } from '../statistics/sorted-statistics.ts';
import { Tool } from '../tool.tsx';
import { scopeOf, type TraceView } from '../trace-view.ts';
import { useTask } from '../use-task.ts';
import { useViewState } from '../use-view-state.ts';
import type { CallEdge, CallGraph, CallNode } from '../in-worker/call-graph.ts';
import { edgeWords, factsOf, graphBoxes } from './graph-boxes.ts';
import part from '../../styles/trace-part.module.css';
import styles from './trace-graph.module.css';

const ZOOM_PER_UNIT = 0.002;
const DRAG_FROM_PX = 4;

/** Who called whom in this trace: services, or their operations, in layers from the root on. */
export default function TraceGraph({ view }: { readonly view: TraceView }): ReactNode {
  const operations = useViewState(view, (state) => state.wishes.operations);
  const tree = useViewState(view, (state) => state.tree);
  const request = useMemo(
    () => ({ by: operations ? ('operation' as const) : ('service' as const), scope: scopeOf({ tree }) }),
    [operations, tree],
  );
  const graph = useTask(view, 'graph', request);
  const boxes = useMemo(() => (graph === undefined ? undefined : graphBoxes(graph)), [graph]);
  const placed = useGraphLayout(boxes);
  return (
    <div className={part['page']} data-testid="trace-graph">
      <div className={part['head']}>
        <div className={controls['segments']} role="group" aria-label="Boxes">
          {[false, true].map((byOperation) => (
            <button
              key={String(byOperation)}
              type="button"
              className={controls['segment']}
              aria-pressed={operations === byOperation}
              data-testid={byOperation ? 'graph-operations' : 'graph-services'}
              onClick={() => view.wish({ operations: byOperation })}
            >
              {byOperation ? 'Operations' : 'Services'}
            </button>
          ))}
        </div>
        {graph !== undefined && graph.leftOut > 0 && (
          <p className={part['note']}>
            The {formatCount(graph.nodes.length)} with most time on the critical path; {countOf(graph.leftOut, 'other')}{' '}
            left out.
          </p>
        )}
      </div>
      {placed.status === 'failed' ? (
        <p className={part['pending']} role="alert">
          The graph could not be laid out: {placed.problem}
        </p>
      ) : graph === undefined || placed.status !== 'done' || placed.graph !== boxes ? (
        <p className={part['pending']} role="status">
          Laying out…
        </p>
      ) : (
        <Drawing view={view} graph={graph} layout={placed.layout} />
      )}
    </div>
  );
}

function Drawing({
  view,
  graph,
  layout,
}: {
  readonly view: TraceView;
  readonly graph: CallGraph;
  readonly layout: GraphLayout;
}): ReactNode {
  const frame = useRef<HTMLDivElement>(null);
  const size = useElementSize(frame);
  const [moved, setMoved] = useState<{ readonly of: GraphLayout; readonly viewport: GraphViewport }>();
  const viewport = moved?.of === layout ? moved.viewport : fitViewport(layout, size);
  const move = (next: GraphViewport): void => setMoved({ of: layout, viewport: next });
  const zoom = (factor: number): void =>
    move(zoomViewport(viewport, factor, { x: size.width / 2, y: size.height / 2 }));
  const nodes = useMemo(() => new Map(graph.nodes.map((node) => [node.id, node])), [graph]);
  const edges = useMemo(() => new Map(graph.edges.map((edge) => [edge.id, edge])), [graph]);
  const drag = useRef<{ x: number; y: number; moved: boolean }>(undefined);

  const onWheel = useRef<(event: WheelEvent) => void>(() => undefined);
  useEffect(() => {
    onWheel.current = (event) => {
      event.preventDefault();
      const place = frame.current?.getBoundingClientRect();
      const at = { x: event.clientX - (place?.left ?? 0), y: event.clientY - (place?.top ?? 0) };
      setMoved({ of: layout, viewport: zoomViewport(viewport, Math.exp(-event.deltaY * ZOOM_PER_UNIT), at) });
    };
    reportDrawn('graph', { viewport, nodes: layout.nodes, edges: layout.edges, graph });
  }, [layout, viewport, graph]);
  useEffect(() => {
    const element = frame.current;
    // React's own wheel handlers are passive and could not keep the page from scrolling.
    const listener = (event: WheelEvent): void => onWheel.current(event);
    element?.addEventListener('wheel', listener, { passive: false });
    return () => element?.removeEventListener('wheel', listener);
  }, []);

  const find = (text: string): void => view.wish({ find: text, tab: 'waterfall' });
  return (
    <div
      ref={frame}
      className={styles['frame']}
      onPointerDown={(event) => {
        if (event.button === 0) drag.current = { x: event.clientX, y: event.clientY, moved: false };
      }}
      onPointerMove={(event) => {
        const held = drag.current;
        if (held === undefined || event.buttons === 0) return;
        const by = { x: event.clientX - held.x, y: event.clientY - held.y };
        if (!held.moved && Math.hypot(by.x, by.y) < DRAG_FROM_PX) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = { x: event.clientX, y: event.clientY, moved: true };
        move(panViewport(viewport, by, layout, size));
      }}
      onPointerUp={() => {
        drag.current = undefined;
      }}
    >
      <div className={styles['tools']}>
        <Tool icon="minus" label="Zoom out" onClick={() => zoom(1 / 1.4)} />
        <Tool icon="plus" label="Zoom in" onClick={() => zoom(1.4)} />
        <Tool icon="fit" label="Whole graph" onClick={() => setMoved(undefined)} />
      </div>
      <div
        className={styles['drawing']}
        style={{
          width: layout.width,
          height: layout.height,
          transform: `translate(${viewport.left}px, ${viewport.top}px) scale(${viewport.scale})`,
        }}
      >
        <svg className={styles['edges']} width={layout.width} height={layout.height} aria-hidden="true">
          <defs>
            {(['plain', 'failed'] as const).map((kind) => (
              <marker
                key={kind}
                id={`arrow-${kind}`}
                viewBox="0 0 8 8"
                refX="7"
                refY="4"
                markerWidth="8"
                markerHeight="8"
                markerUnits="userSpaceOnUse"
                orient="auto"
              >
                <path d="M0 0.8L8 4L0 7.2z" className={styles[kind]} />
              </marker>
            ))}
          </defs>
          {layout.edges.map((each) => (
            <EdgePath key={each.id} placed={each} edge={edges.get(each.id)} />
          ))}
        </svg>
        {layout.nodes.map(({ id, x, y, width, height }) => {
          const node = nodes.get(id);
          if (node === undefined) return null;
          return (
            <Box
              key={id}
              view={view}
              node={node}
              style={{ transform: `translate(${x}px, ${y}px)`, width, height }}
              onOpen={() =>
                find(
                  node.operation === undefined
                    ? findTextOfGroup({ kind: 'service' }, node.service, undefined)
                    : findTextOfGroup({ kind: 'operation' }, node.operation, node.service),
                )
              }
            />
          );
        })}
      </div>
    </div>
  );
}

function Box({
  view,
  node,
  style,
  onOpen,
}: {
  readonly view: TraceView;
  readonly node: CallNode;
  readonly style: { readonly transform: string; readonly width: number; readonly height: number };
  readonly onOpen: () => void;
}): ReactNode {
  const share = shareOf(node.criticalNano, view.durationNano);
  const words = [
    countOf(node.spanCount, 'span'),
    ...(node.errorCount > 0 ? [countOf(node.errorCount, 'error')] : []),
    `self time ${formatDuration(node.selfNano)}`,
    `critical path ${formatDuration(node.criticalNano)}`,
  ];
  return (
    <button
      type="button"
      className={`${styles['box']} ${serviceColourClass(view.colourOfService(node.service))}`}
      style={style}
      title={`${node.service} ${node.operation ?? ''}\n${words.join(', ')}\nShow these spans in the waterfall`}
      data-testid="graph-node"
      onClick={onOpen}
    >
      <span className={styles['name']}>{node.service}</span>
      {node.operation !== undefined && <span className={styles['operation']}>{node.operation}</span>}
      <span className={styles['facts']}>
        {factsOf(node)}
        {node.errorCount > 0 && (
          <span className={controls['errorMark']}>
            <Icon name="error" size={12} />
            {formatCount(node.errorCount)}
            <span className={controls['hiddenText']}>errors</span>
          </span>
        )}
      </span>
      <span className={controls['hiddenText']}>critical path {formatDuration(node.criticalNano)}</span>
      <span className={styles['share']} aria-hidden="true">
        <span style={{ width: `${share * 100}%` }} />
      </span>
    </button>
  );
}

function EdgePath({ placed, edge }: { readonly placed: PlacedEdge; readonly edge: CallEdge | undefined }): ReactNode {
  const [start] = placed.points;
  if (edge === undefined || start === undefined) return null;
  const curves = curveThrough(placed.points).map(
    ({ control1, control2, to }) => `C${control1.x} ${control1.y} ${control2.x} ${control2.y} ${to.x} ${to.y}`,
  );
  const failed = edge.errorCount > 0;
  // By the logarithm, as counts differ by powers of ten: 1.5 pixels for one call, 5 for 255 and more.
  const width = 1 + Math.min(4, Math.log2(1 + edge.callCount) / 2);
  return (
    <g className={failed ? styles['failedEdge'] : styles['edge']}>
      <path
        d={`M${start.x} ${start.y}${curves.join('')}`}
        strokeWidth={width}
        markerEnd={`url(#arrow-${failed ? 'failed' : 'plain'})`}
      />
      <text x={placed.label.x} y={placed.label.y}>
        {edgeWords(edge)}
      </text>
    </g>
  );
}
