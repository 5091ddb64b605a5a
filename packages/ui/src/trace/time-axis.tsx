import { type ReactNode, useEffect, useRef } from 'react';

import { frameScheduler, openSurface } from '../canvas/surface.ts';
import { usePalette } from '../canvas/use-palette.ts';
import type { TimeHost } from './trace-view.ts';
import { axisTicks } from './waterfall-layout.ts';
import { paintAxis } from './waterfall-paint.ts';

const HEIGHT = 27;

/** The labels over the time area. */
export function TimeAxis({ view, width }: { readonly view: TimeHost; readonly width: number }): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  const palette = usePalette();
  useEffect(() => {
    const draw = (): void => {
      const surface = canvas.current === null ? undefined : openSurface(canvas.current, width, HEIGHT);
      if (surface === undefined) return;
      paintAxis(surface.context, { ticks: axisTicks(view.state().viewport, width), width }, HEIGHT, palette);
    };
    const frames = frameScheduler(draw);
    draw();
    const stop = view.subscribe(frames.request);
    return () => {
      stop();
      frames.cancel();
    };
  }, [view, width, palette]);
  return <canvas ref={canvas} aria-hidden="true" />;
}
