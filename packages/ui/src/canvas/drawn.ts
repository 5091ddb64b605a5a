/**
 * What the canvases drew last, for browser tests and the console: `window.__throughline.waterfall()`. Data only; the
 * app itself never reads it.
 */
const drawn = new Map<string, unknown>();

declare global {
  interface Window {
    __throughline?: Readonly<Record<string, () => unknown>>;
  }
}

export function reportDrawn(view: 'waterfall' | 'minimap' | 'scatter', layout: unknown): void {
  drawn.set(view, layout);
  window.__throughline ??= {
    waterfall: () => drawn.get('waterfall'),
    minimap: () => drawn.get('minimap'),
    scatter: () => drawn.get('scatter'),
  };
}
