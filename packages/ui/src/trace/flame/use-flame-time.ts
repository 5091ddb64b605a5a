import { useMemo } from 'react';

import { clampViewport, panViewport, type TimeViewport, viewportAround, zoomViewport } from '../time-viewport.ts';
import type { TimeHost, TraceView } from '../trace-view.ts';
import type { FlameModel } from '../in-worker/flame-model.ts';

/** The stretch of the flame that is shown, and what moves it. */
export interface FlameTime extends TimeHost {
  readonly viewport: () => TimeViewport;
  readonly zoomTo: (fromNano: number, toNano: number) => void;
  /** Carries out a key that is about time; false if it is another. */
  readonly onKey: (key: string) => boolean;
}

/** By time it is the page's own time, so that the minimap goes along; merged boxes have a scale of their own. */
export function useFlameTime(view: TraceView, model: FlameModel): FlameTime {
  return useMemo(() => withKeys(model.merged === undefined ? view : ownTime(model.endNano)), [view, model]);
}

function withKeys(host: TimeHost): FlameTime {
  const set = (viewport: TimeViewport): true => {
    host.setViewport(viewport);
    return true;
  };
  const middle = ({ startNano, endNano }: TimeViewport): number => (startNano + endNano) / 2;
  return {
    get durationNano() {
      return host.durationNano;
    },
    state: host.state,
    subscribe: host.subscribe,
    setViewport: host.setViewport,
    viewport: () => host.state().viewport,
    zoomTo: (fromNano, toNano) => set(viewportAround(fromNano, toNano - fromNano, host.durationNano)),
    onKey: (key) => {
      const { viewport } = host.state();
      switch (key) {
        case '+':
        case '=':
          return set(zoomViewport(viewport, 0.5, middle(viewport), host.durationNano));
        case '-':
          return set(zoomViewport(viewport, 2, middle(viewport), host.durationNano));
        case 'a':
          return set(panViewport(viewport, -0.25, host.durationNano));
        case 'd':
          return set(panViewport(viewport, 0.25, host.durationNano));
        case '0':
          return set({ startNano: 0, endNano: host.durationNano });
        default:
          return false;
      }
    },
  };
}

function ownTime(durationNano: number): TimeHost {
  let viewport: TimeViewport = clampViewport({ startNano: 0, endNano: durationNano }, durationNano);
  const listeners = new Set<() => void>();
  return {
    durationNano,
    state: () => ({ viewport }),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    setViewport: (next) => {
      viewport = clampViewport(next, durationNano);
      for (const listener of listeners) listener();
    },
  };
}
