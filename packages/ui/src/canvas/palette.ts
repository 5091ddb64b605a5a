import { SERVICE_COLOUR_COUNT } from '../trace/service-colours.ts';
import { MARK_TOKENS } from './marks.ts';

/** The tokens of `styles/tokens.css` that canvases draw with, resolved for the theme in force. */
export interface Palette {
  readonly text: string;
  readonly muted: string;
  readonly border: string;
  readonly borderStrong: string;
  readonly grid: string;
  readonly ground: string;
  readonly surface: string;
  readonly sunken: string;
  readonly accent: string;
  readonly accentSoft: string;
  readonly error: string;
  readonly onError: string;
  readonly match: string;
  readonly success: string;
  readonly services: readonly string[];
  /** By mark, see `marks.ts`. */
  readonly marks: readonly string[];
}

/**
 * Reads the tokens as the element sees them. `light-dark()` is only resolved in a real property, hence the probe.
 */
export function readPalette(host: HTMLElement): Palette {
  const probe = document.createElement('span');
  probe.hidden = true;
  host.append(probe);
  const resolve = (token: string): string => {
    probe.style.color = `var(--${token})`;
    return getComputedStyle(probe).color;
  };
  const palette: Palette = {
    text: resolve('text'),
    muted: resolve('text-muted'),
    border: resolve('border'),
    borderStrong: resolve('border-strong'),
    grid: resolve('grid'),
    ground: resolve('ground'),
    surface: resolve('surface'),
    sunken: resolve('sunken'),
    accent: resolve('accent'),
    accentSoft: resolve('accent-soft'),
    error: resolve('error'),
    onError: resolve('on-error'),
    match: resolve('match'),
    success: resolve('success'),
    services: Array.from({ length: SERVICE_COLOUR_COUNT }, (_, index) => resolve(`service-${index}`)),
    marks: MARK_TOKENS.map(resolve),
  };
  probe.remove();
  return palette;
}

/** `rgb(1 2 3)` or `rgba(1, 2, 3, 0.5)` as one little-endian RGBA pixel for `ImageData`; alpha is left opaque. */
export function pixelOf(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
