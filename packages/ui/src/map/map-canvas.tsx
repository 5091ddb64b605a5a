import {
  type ReactNode,
  type RefObject,
  useEffect,
  useEffectEvent,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
} from 'react';

import { answerDrawn } from '../canvas/drawn.ts';
import { frameScheduler } from '../canvas/surface.ts';
import { useElementSize } from '../canvas/use-element-size.ts';
import { usePalette } from '../canvas/use-palette.ts';
import type { GraphLayout, Point } from '../graph-layout/graph.ts';
import { hitGraph } from '../graph-layout/graph-hit-test.ts';
import {
  centreViewport,
  fitViewport,
  type GraphViewport,
  panViewport,
  toDrawing,
  zoomViewport,
} from '../graph-layout/graph-viewport.ts';
import { hasLabels } from './map-boxes.ts';
import styles from './map-canvas.module.css';
import type { MapScene } from './map-paint.ts';
import { createMapPainter, type MapPainter } from './map-painter.ts';
import type { MapEdge, MapNode } from './service-map.ts';

/** What the buttons and keys around the map do to it. */
export interface MapControls {
  readonly zoom: (factor: number) => void;
  readonly fit: () => void;
}

/** Pixels from an edge within which the pointer is on it. */
const REACH_PX = 7;
const DRAG_FROM_PX = 4;
const ZOOM_PER_UNIT = 0.002;

/** The drawn map: drag moves it, the wheel zooms, a click chooses a box or an arrow, a click beside them nothing. */
export function MapCanvas({
  layout,
  nodes,
  edges,
  colours,
  chosen,
  hovered,
  onHover,
  onChoose,
  controls,
}: {
  readonly layout: GraphLayout;
  readonly nodes: ReadonlyMap<string, MapNode>;
  readonly edges: ReadonlyMap<string, MapEdge>;
  readonly colours: ReadonlyMap<string, number>;
  readonly chosen: string | undefined;
  readonly hovered: string | undefined;
  readonly onHover: (id: string | undefined) => void;
  readonly onChoose: (choice: { readonly kind: 'node' | 'edge'; readonly id: string } | undefined) => void;
  readonly controls: RefObject<MapControls | null>;
}): ReactNode {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useElementSize(frame);
  const palette = usePalette();
  // Another layout is another drawing: it is seen whole at first.
  const [moved, setMoved] = useState<{ readonly of: GraphLayout; readonly viewport: GraphViewport } | undefined>();
  const fitted = useMemo(() => fitViewport(layout, size), [layout, size]);
  const viewport = moved?.of === layout ? moved.viewport : fitted;
  const move = (next: GraphViewport): void => setMoved({ of: layout, viewport: next });
  const zoomAt = (factor: number, at: Point): void => move(zoomViewport(viewport, factor, at));
  useImperativeHandle(controls, () => ({
    zoom: (factor) => zoomAt(factor, { x: size.width / 2, y: size.height / 2 }),
    fit: () => setMoved(undefined),
  }));

  const scene: MapScene = useMemo(
    () => ({ layout, viewport, nodes, edges, colours, hasLabels: hasLabels({ edges: layout.edges }), chosen, hovered }),
    [layout, viewport, nodes, edges, colours, chosen, hovered],
  );
  const painter = useRef<MapPainter>(undefined);
  const draw = useEffectEvent((): void => {
    if (canvas.current === null) return;
    painter.current?.paint(canvas.current, scene, palette, size);
    answerDrawn('map', () => drawnOf(scene));
  });
  useEffect(() => {
    const made = createMapPainter(() => draw());
    painter.current = made;
    return () => {
      made.close();
      // What answers for the canvas would keep the map.
      answerDrawn('map', () => undefined);
    };
  }, []);
  useEffect(() => {
    const frames = frameScheduler(() => draw());
    frames.request();
    return frames.cancel;
  }, [scene, palette, size]);

  const drag = useRef<{ readonly at: Point; readonly start: Point; moved: boolean } | undefined>(undefined);
  const pointers = useRef(new Map<number, Point>());
  const placeOf = (event: { readonly clientX: number; readonly clientY: number }): Point => {
    const box = canvas.current?.getBoundingClientRect();
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) };
  };
  const hitAt = (at: Point): ReturnType<typeof hitGraph> =>
    hitGraph(layout, toDrawing(viewport, at), REACH_PX / viewport.scale);

  const onWheel = useEffectEvent((event: WheelEvent): void => {
    event.preventDefault();
    zoomAt(Math.exp(-event.deltaY * ZOOM_PER_UNIT), placeOf(event));
  });
  useEffect(() => {
    const element = canvas.current;
    // React listens to the wheel passively, so that the page would scroll too.
    const listener = (event: WheelEvent): void => onWheel(event);
    element?.addEventListener('wheel', listener, { passive: false });
    return () => element?.removeEventListener('wheel', listener);
  }, []);
  // What is chosen in the list beside the map may be out of sight.
  useEffect(() => {
    const node = layout.nodes.find(({ id }) => id === chosen);
    if (node === undefined || size.width === 0) return;
    const middle = { x: node.x + node.width / 2, y: node.y + node.height / 2 };
    const onScreen = {
      x: middle.x * viewport.scale + viewport.left,
      y: middle.y * viewport.scale + viewport.top,
    };
    const isInSight = onScreen.x >= 0 && onScreen.x <= size.width && onScreen.y >= 0 && onScreen.y <= size.height;
    if (!isInSight) move(centreViewport(viewport, middle, size));
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- only a new choice brings it into sight, not every move
  }, [chosen, layout]);

  return (
    <div ref={frame} className={styles['frame']} data-testid="map-canvas">
      <canvas
        ref={canvas}
        className={hovered === undefined ? styles['canvas'] : styles['pointing']}
        aria-hidden="true"
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          const at = placeOf(event);
          pointers.current.set(event.pointerId, at);
          drag.current = { at, start: at, moved: pointers.current.size > 1 };
        }}
        onPointerMove={(event) => {
          const at = placeOf(event);
          const current = drag.current;
          if (current === undefined) {
            const hit = hitAt(at);
            onHover(hit?.kind === 'node' ? hit.node.id : hit?.edge.id);
            return;
          }
          const before = pointers.current.get(event.pointerId) ?? at;
          const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
          pointers.current.set(event.pointerId, at);
          if (other !== undefined) {
            const factor = distance(at, other) / Math.max(1, distance(before, other));
            zoomAt(factor, { x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 });
            return;
          }
          if (!current.moved && distance(at, current.start) < DRAG_FROM_PX) return;
          drag.current = { ...current, at, moved: true };
          move(panViewport(viewport, { x: at.x - current.at.x, y: at.y - current.at.y }, layout, size));
        }}
        onPointerUp={(event) => {
          const current = drag.current;
          pointers.current.delete(event.pointerId);
          if (pointers.current.size === 0) drag.current = undefined;
          if (current === undefined || current.moved) return;
          const hit = hitAt(placeOf(event));
          if (hit === undefined) onChoose(undefined);
          else onChoose({ kind: hit.kind, id: hit.kind === 'node' ? hit.node.id : hit.edge.id });
        }}
        onPointerCancel={(event) => {
          pointers.current.delete(event.pointerId);
          drag.current = undefined;
        }}
        onPointerLeave={() => onHover(undefined)}
      />
    </div>
  );
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** What tests and the console get: boxes and arrows where they are on the screen. */
function drawnOf({ layout, viewport, chosen }: MapScene): unknown {
  const place = ({ x, y }: Point): Point => ({
    x: x * viewport.scale + viewport.left,
    y: y * viewport.scale + viewport.top,
  });
  return {
    viewport,
    chosen,
    nodes: layout.nodes.map((node) => ({
      id: node.id,
      ...place(node),
      width: node.width * viewport.scale,
      height: node.height * viewport.scale,
    })),
    edges: layout.edges.map(({ id, from, to, points }) => ({ id, from, to, points: points.map(place) })),
  };
}
