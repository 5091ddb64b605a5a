import { type PointerEvent, type ReactNode, useEffect, useRef } from 'react';

import { reportDrawn } from '../canvas/drawn.ts';
import { pixelOf } from '../canvas/palette.ts';
import { frameScheduler, openSurface } from '../canvas/surface.ts';
import { useElementSize } from '../canvas/use-element-size.ts';
import { usePalette } from '../canvas/use-palette.ts';
import { hitMinimap, type MinimapInput, type MinimapPart, minimapWindow, rasterMinimap } from './minimap.ts';
import styles from './minimap-view.module.css';
import { panViewport } from './time-viewport.ts';
import type { TraceView } from './trace-view.ts';
import { useViewState } from './use-view-state.ts';

interface Drag {
  readonly part: MinimapPart;
  readonly fromX: number;
  lastX: number;
}

const CLICK_PIXELS = 3;

/** The whole trace, small. Drag to choose the time shown, its handles to change it, the window to move it. */
export function Minimap({ view }: { readonly view: TraceView }): ReactNode {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const drag = useRef<Drag>(undefined);
  const { width, height } = useElementSize(frame);
  const palette = usePalette();
  const times = useViewState(view, (state) => state.times);
  const colouring = useViewState(view, (state) => state.colouring);

  useEffect(() => {
    if (width === 0 || height === 0) return undefined;
    const ratio = window.devicePixelRatio || 1;
    const input = {
      columns: view.columns,
      times,
      marks: colouring.marks,
      markPixels: palette.marks.map(pixelOf),
      errorPixel: pixelOf(palette.error),
    };
    const picture = rasterPicture(input, Math.round(width * ratio), Math.round(height * ratio));
    const draw = (): void => {
      const surface = canvas.current === null ? undefined : openSurface(canvas.current, width, height);
      if (surface === undefined) return;
      const { context } = surface;
      if (picture !== undefined) context.drawImage(picture, 0, 0, width, height);
      const shown = minimapWindow(view.state().viewport, view.durationNano, width);
      context.fillStyle = palette.sunken;
      context.globalAlpha = 0.78;
      context.fillRect(0, 0, shown.left, height);
      context.fillRect(shown.right, 0, width - shown.right, height);
      context.globalAlpha = 1;
      context.fillStyle = palette.accent;
      for (const x of [shown.left, shown.right]) {
        const left = Math.min(Math.max(0, x - 1), width - 2);
        context.fillRect(left, 0, 2, height);
        context.beginPath();
        context.roundRect(left - 2, height / 2 - 9, 6, 18, 3);
        context.fill();
      }
      reportDrawn('minimap', { ...shown, width, height, viewport: view.state().viewport });
    };
    const frames = frameScheduler(draw);
    draw();
    const stop = view.subscribe(frames.request);
    return () => {
      stop();
      frames.cancel();
    };
  }, [view, width, height, palette, times, colouring]);

  const xOf = (event: PointerEvent): number => event.clientX - event.currentTarget.getBoundingClientRect().left;
  const nanoAt = (x: number): number => (Math.min(Math.max(x, 0), width) / width) * view.durationNano;
  const onPointerMove = (event: PointerEvent<HTMLCanvasElement>): void => {
    const x = xOf(event);
    const { viewport } = view.state();
    const held = drag.current;
    if (held === undefined) {
      event.currentTarget.dataset['part'] = hitMinimap(viewport, view.durationNano, width, x);
      return;
    }
    if (held.part === 'window') {
      const share = ((x - held.lastX) / width) * (view.durationNano / (viewport.endNano - viewport.startNano));
      view.setViewport(panViewport(viewport, share, view.durationNano));
    } else if (held.part === 'left-handle') {
      view.setViewport({ startNano: Math.min(nanoAt(x), viewport.endNano), endNano: viewport.endNano });
    } else if (held.part === 'right-handle') {
      view.setViewport({ startNano: viewport.startNano, endNano: Math.max(nanoAt(x), viewport.startNano) });
    } else if (Math.abs(x - held.fromX) > CLICK_PIXELS) {
      const [from, to] = [Math.min(x, held.fromX), Math.max(x, held.fromX)];
      view.setViewport({ startNano: nanoAt(from), endNano: nanoAt(to) });
    }
    held.lastX = x;
  };
  return (
    <div ref={frame} className={styles['frame']} data-testid="minimap">
      <canvas
        ref={canvas}
        className={styles['canvas']}
        role="img"
        aria-label="Overview of the trace; drag to zoom in"
        onPointerDown={(event) => {
          if (event.button !== 0 || view.durationNano <= 0) return;
          const x = xOf(event);
          event.currentTarget.setPointerCapture(event.pointerId);
          const part = hitMinimap(view.state().viewport, view.durationNano, width, x);
          drag.current = { part, fromX: x, lastX: x };
        }}
        onPointerMove={onPointerMove}
        onPointerUp={() => {
          drag.current = undefined;
        }}
        onPointerCancel={() => {
          drag.current = undefined;
        }}
        onDoubleClick={() => view.setViewport({ startNano: 0, endNano: view.durationNano })}
      />
    </div>
  );
}

function rasterPicture(input: MinimapInput, width: number, height: number): HTMLCanvasElement | undefined {
  const raster = rasterMinimap(input, width, height);
  const picture = document.createElement('canvas');
  picture.width = width;
  picture.height = height;
  const context = picture.getContext('2d');
  if (context === null) return undefined;
  context.putImageData(new ImageData(new Uint8ClampedArray(raster.pixels.buffer), width, height), 0, 0);
  return picture;
}
