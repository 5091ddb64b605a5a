/** A canvas whose drawing units are CSS pixels at the screen's own resolution. */
export interface Surface {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
}

/**
 * Sizes the canvas for `width` x `height` CSS pixels and clears it. Undefined if the browser gives no 2D context or
 * there is nothing to draw on.
 */
export function openSurface(canvas: HTMLCanvasElement, width: number, height: number): Surface | undefined {
  if (width <= 0 || height <= 0) return undefined;
  const context = canvas.getContext('2d');
  if (context === null) return undefined;
  const ratio = window.devicePixelRatio || 1;
  const deviceWidth = Math.round(width * ratio);
  const deviceHeight = Math.round(height * ratio);
  // Setting the size throws the backing store away, so only when it changed.
  if (canvas.width !== deviceWidth) canvas.width = deviceWidth;
  if (canvas.height !== deviceHeight) canvas.height = deviceHeight;
  const styleWidth = `${width}px`;
  const styleHeight = `${height}px`;
  if (canvas.style.width !== styleWidth) canvas.style.width = styleWidth;
  if (canvas.style.height !== styleHeight) canvas.style.height = styleHeight;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

/** Runs `draw` once in the next frame however often it is asked for; `cancel` when the view goes away. */
export function frameScheduler(draw: () => void): { readonly request: () => void; readonly cancel: () => void } {
  let handle = 0;
  return {
    request: () => {
      if (handle !== 0) return;
      handle = requestAnimationFrame(() => {
        handle = 0;
        draw();
      });
    },
    cancel: () => {
      cancelAnimationFrame(handle);
      handle = 0;
    },
  };
}
