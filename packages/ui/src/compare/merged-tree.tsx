import { type CSSProperties, type ReactNode, useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react';

import { reportDrawn } from '../canvas/drawn.ts';
import { openSurface } from '../canvas/surface.ts';
import { useElementSize } from '../canvas/use-element-size.ts';
import { usePalette } from '../canvas/use-palette.ts';
import { bandAnchor, bandAt, scrollTopFor } from '../trace/row-band.ts';
import { assignServiceColours } from '../trace/service-colours.ts';
import { ROW_HEIGHT } from '../trace/waterfall-layout.ts';
import { type CompareLayout, hitCompare, largestDelta, layoutCompare } from './compare-layout.ts';
import { paintCompare } from './compare-paint.ts';
import { compareRowId, CompareRow } from './compare-row.tsx';
import type { Comparison } from './comparison.ts';
import styles from './merged-tree.module.css';

/** Share of the width that tree and numbers have. */
const TEXT_SHARE = 0.6;
const MIN_TEXT_WIDTH = 560;

/** Both traces as one tree of real rows with their numbers, and beside it a canvas with differences and bars. */
export function MergedTree({
  comparison,
  nodes,
  folded,
  focused,
  selected,
  onFold,
  onSelect,
}: {
  readonly comparison: Comparison;
  readonly nodes: Int32Array;
  readonly folded: Uint8Array;
  readonly focused: number;
  readonly selected: number;
  readonly onFold: (node: number, folds: boolean) => void;
  readonly onSelect: (node: number) => void;
}): ReactNode {
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const layoutRef = useRef<CompareLayout>(undefined);
  const size = useElementSize(scroller);
  const palette = usePalette();
  const [anchor, setAnchor] = useState(0);
  const band = useMemo(() => bandAt(anchor, size.height, nodes.length), [anchor, size.height, nodes]);
  const textWidth = Math.round(Math.min(size.width, Math.max(MIN_TEXT_WIDTH, size.width * TEXT_SHARE)));
  const canvasWidth = Math.max(0, size.width - textWidth);
  const colours = useMemo(() => coloursOf(comparison), [comparison]);
  const scale = useMemo(() => largestDelta(comparison), [comparison]);
  const [ticks, setTicks] = useState<CompareLayout['ticks']>([]);
  const [deltaZeroX, setDeltaZeroX] = useState(0);

  const draw = useCallback(() => {
    const element = canvas.current;
    const surface =
      element === null ? undefined : openSurface(element, canvasWidth, (band.last - band.first) * ROW_HEIGHT);
    if (surface === undefined) return;
    const layout = layoutCompare({
      comparison,
      nodes,
      firstPosition: band.first,
      lastPosition: band.last,
      folded,
      selectedNode: selected,
      width: canvasWidth,
      colours,
      largestDeltaNano: scale,
    });
    paintCompare(surface.context, layout, palette);
    layoutRef.current = layout;
    setTicks((old) => (sameTicks(old, layout.ticks) ? old : layout.ticks));
    setDeltaZeroX(layout.deltaZeroX);
    reportDrawn('compare', layout);
  }, [comparison, nodes, band, folded, selected, canvasWidth, colours, scale, palette]);
  useLayoutEffect(draw, [draw]);

  // The row the keyboard is on stays on screen; rows that fold elsewhere move nothing.
  const shownFocus = useRef(-1);
  useLayoutEffect(() => {
    const element = scroller.current;
    const position = nodes.indexOf(focused);
    if (element === null || size.height === 0 || position < 0 || shownFocus.current === focused) return;
    shownFocus.current = focused;
    element.scrollTop = scrollTopFor(position, element.scrollTop, size.height);
  }, [nodes, focused, size.height]);

  const onClick = (event: React.MouseEvent): void => {
    const button = event.target instanceof Element ? event.target.closest('[data-fold]') : null;
    if (button !== null) {
      const node = Number(button.getAttribute('data-fold'));
      onFold(node, folded[node] !== 1);
      return;
    }
    const box = canvas.current?.getBoundingClientRect();
    const layout = layoutRef.current;
    if (box === undefined || layout === undefined) return;
    const hit = hitCompare(layout, event.clientX - box.left, event.clientY - box.top);
    if (hit !== undefined) onSelect(hit.node);
  };

  return (
    <div className={styles['frame']} style={{ '--text-width': `${textWidth}px` } as CSSProperties}>
      <div className={styles['heads']}>
        <div className={styles['textHeads']}>
          <span>Service and operation</span>
          <span className={`${styles['number']} ${styles['optional']}`}>A</span>
          <span className={`${styles['number']} ${styles['optional']}`}>B</span>
          <span className={styles['number']}>B − A</span>
          <span
            className={`${styles['number']} ${styles['optional']}`}
            title="What the span itself adds to the difference of the traces’ durations; of a folded row with all below it"
          >
            On the path
          </span>
        </div>
        <div className={styles['axis']} aria-hidden="true">
          <span className={styles['less']} style={{ left: 0, width: deltaZeroX }}>
            ◂ less
          </span>
          <span style={{ left: deltaZeroX }}>more ▸</span>
          {ticks.map(({ x, label }) => (
            <span key={label} style={{ left: x }}>
              {label}
            </span>
          ))}
        </div>
      </div>
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the page's keys do all that clicks do */}
      <div
        ref={scroller}
        className={styles['scroller']}
        role="treegrid"
        aria-label="Spans of both traces"
        aria-rowcount={nodes.length}
        aria-activedescendant={nodes.includes(focused) ? compareRowId(focused) : undefined}
        aria-readonly="true"
        tabIndex={0}
        data-testid="merged-tree"
        onScroll={(event) => setAnchor(bandAnchor(event.currentTarget.scrollTop))}
        onClick={onClick}
      >
        <div className={styles['content']} role="presentation" style={{ height: nodes.length * ROW_HEIGHT }}>
          <div
            className={styles['band']}
            role="rowgroup"
            style={{ transform: `translateY(${band.first * ROW_HEIGHT}px)` }}
          >
            {Array.from(nodes.subarray(band.first, band.last)).map((node, index) => (
              <CompareRow
                key={node}
                comparison={comparison}
                node={node}
                position={band.first + index}
                folded={folded[node] === 1}
                focused={node === focused}
                selected={node === selected}
                colour={colours[comparison.service[node] ?? 0] ?? 0}
              />
            ))}
          </div>
          <canvas
            ref={canvas}
            className={styles['canvas']}
            aria-hidden="true"
            style={{ transform: `translateY(${band.first * ROW_HEIGHT}px)` }}
          />
        </div>
        {nodes.length === 0 && <p className={styles['empty']}>Nothing differs.</p>}
      </div>
    </div>
  );
}

/** Colour numbers by index into the comparison's strings. */
function coloursOf({ strings, service }: Comparison): Uint8Array {
  const names = new Set([...new Set(service)].map((index) => strings[index] ?? ''));
  const colours = assignServiceColours(names);
  return Uint8Array.from(strings, (text) => colours.get(text) ?? 0);
}

function sameTicks(a: CompareLayout['ticks'], b: CompareLayout['ticks']): boolean {
  return a.length === b.length && a.every((tick, index) => tick.x === b[index]?.x && tick.label === b[index].label);
}
