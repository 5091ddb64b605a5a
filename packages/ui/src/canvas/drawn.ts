/**
 * What the canvases drew last, for browser tests and the console: `window.__throughline.waterfall()`. The app
 * itself never reads it.
 */
declare global {
  interface Window {
    __throughline?: Record<string, () => unknown>;
  }
}

/** @param view the canvas's name, e.g. `waterfall`, `minimap`, `scatter` */
export function reportDrawn(view: string, layout: unknown): void {
  answerDrawn(view, () => layout);
}

/**
 * For canvases drawn in parts: what is there altogether is put together when it is asked for. Whatever the function
 * refers to is kept until the view answers with another one.
 */
export function answerDrawn(view: string, layout: () => unknown): void {
  window.__throughline ??= {};
  window.__throughline[view] = layout;
}
