import { type KeyboardEvent, type PointerEvent, useState } from 'react';

const MIN_TREE = 140;
const MIN_TIME = 160;
const KEY_STEP = 24;
const DEFAULT_SHARE = 0.38;

export interface Split {
  readonly treeWidth: number;
  readonly min: number;
  readonly max: number;
  readonly handlers: {
    readonly onPointerDown: (event: PointerEvent) => void;
    readonly onPointerMove: (event: PointerEvent) => void;
    readonly onKeyDown: (event: KeyboardEvent) => void;
    readonly onDoubleClick: () => void;
  };
}

/** How wide the tree is of `width` CSS pixels; dragged, or moved with the arrow keys; a double click resets it. */
export function useSplit(width: number): Split {
  const [share, setShare] = useState(DEFAULT_SHARE);
  const max = Math.max(MIN_TREE, width - MIN_TIME);
  const clamp = (pixels: number): number => Math.round(Math.min(Math.max(pixels, MIN_TREE), max));
  const treeWidth = clamp(width * share);
  const moveTo = (pixels: number): void => setShare(width > 0 ? clamp(pixels) / width : DEFAULT_SHARE);
  return {
    treeWidth,
    min: MIN_TREE,
    max,
    handlers: {
      onPointerDown: (event) => event.currentTarget.setPointerCapture(event.pointerId),
      onPointerMove: (event) => {
        if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
        const frame = event.currentTarget.parentElement?.getBoundingClientRect();
        moveTo(event.clientX - (frame?.left ?? 0));
      },
      onKeyDown: (event) => {
        if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
        event.preventDefault();
        // The page's own arrow keys walk the tree.
        event.stopPropagation();
        moveTo(treeWidth + (event.key === 'ArrowLeft' ? -KEY_STEP : KEY_STEP));
      },
      onDoubleClick: () => setShare(DEFAULT_SHARE),
    },
  };
}
