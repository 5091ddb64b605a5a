import { type PointerEvent, type RefObject, useEffect, useRef } from 'react';

import { isFullViewport, panViewport, zoomViewport } from './time-viewport.ts';
import type { TimeHost } from './trace-view.ts';

/** A wheel notch is 100 to 120 units; this makes it about 20 % of the width. */
const ZOOM_PER_UNIT = 0.002;
const DRAG_FROM_PIXELS = 4;

export interface TimeGestures {
  readonly handlers: {
    readonly onPointerDown: (event: PointerEvent<HTMLElement>) => void;
    readonly onPointerMove: (event: PointerEvent<HTMLElement>) => void;
    readonly onPointerUp: (event: PointerEvent<HTMLElement>) => void;
    readonly onPointerCancel: (event: PointerEvent<HTMLElement>) => void;
  };
  /** Whether the click that is being handled ended a drag. */
  readonly wasDrag: () => boolean;
}

/** Drag to pan while zoomed in; two fingers to zoom. */
export function useTimeGestures(view: TimeHost, width: number): TimeGestures {
  const pointers = useRef(new Map<number, number>());
  const dragged = useRef(false);
  const downX = useRef(0);
  const release = (event: PointerEvent): void => void pointers.current.delete(event.pointerId);
  return {
    wasDrag: () => dragged.current,
    handlers: {
      onPointerDown: (event) => {
        if (event.button !== 0) return;
        pointers.current.set(event.pointerId, event.clientX);
        dragged.current = false;
        downX.current = event.clientX;
      },
      onPointerMove: (event) => {
        const before = pointers.current.get(event.pointerId);
        if (before === undefined || width <= 0) return;
        if (event.buttons === 0) {
          pointers.current.delete(event.pointerId);
          return;
        }
        const { viewport } = view.state();
        if (pointers.current.size >= 2) {
          const second = [...pointers.current].find(([id]) => id !== event.pointerId);
          const other = second?.[1] ?? before;
          const left = event.currentTarget.getBoundingClientRect().left;
          const spread = Math.max(8, Math.abs(event.clientX - other));
          const factor = Math.max(8, Math.abs(before - other)) / spread;
          const middle = ((event.clientX + other) / 2 - left) / width;
          const anchor = viewport.startNano + middle * (viewport.endNano - viewport.startNano);
          dragged.current = true;
          view.setViewport(zoomViewport(viewport, factor, anchor, view.durationNano));
        } else {
          if (!dragged.current && Math.abs(event.clientX - downX.current) < DRAG_FROM_PIXELS) return;
          if (isFullViewport(viewport, view.durationNano)) return;
          if (!dragged.current) event.currentTarget.setPointerCapture(event.pointerId);
          dragged.current = true;
          view.setViewport(panViewport(viewport, (before - event.clientX) / width, view.durationNano));
        }
        pointers.current.set(event.pointerId, event.clientX);
      },
      onPointerUp: release,
      onPointerCancel: release,
    },
  };
}

/**
 * Ctrl + wheel (and the pinch of a touch pad, which is the same event) zooms around the pointer; a sideways wheel
 * pans. The time area begins `left` CSS pixels from the element's left edge. React's own wheel handlers are passive and
 * could not keep the browser from zooming the page.
 */
export function useTimeWheel(ref: RefObject<HTMLElement | null>, view: TimeHost, left: number, width: number): void {
  useEffect(() => {
    const element = ref.current;
    if (element === null || width <= 0) return undefined;
    const onWheel = (event: WheelEvent): void => {
      const x = event.clientX - element.getBoundingClientRect().left - left;
      if (x < 0) return;
      const { viewport } = view.state();
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        const anchor = viewport.startNano + (x / width) * (viewport.endNano - viewport.startNano);
        view.setViewport(zoomViewport(viewport, Math.exp(event.deltaY * ZOOM_PER_UNIT), anchor, view.durationNano));
        return;
      }
      const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
      if (sideways === 0 || (!event.shiftKey && Math.abs(sideways) <= Math.abs(event.deltaY))) return;
      event.preventDefault();
      view.setViewport(panViewport(viewport, sideways / width, view.durationNano));
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [ref, view, left, width]);
}
