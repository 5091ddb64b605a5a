/** The part of a trace that is shown, in nanoseconds from the trace's start. */
export interface TimeViewport {
  readonly startNano: number;
  readonly endNano: number;
}

/** No closer than 50 ns across the screen: below that float offsets and the eye have nothing to show. */
export const MIN_VIEWPORT_NANO = 50;

/** The whole trace; an instantaneous one gets the least width so that there is a scale. */
export function fullViewport(traceDurationNano: number): TimeViewport {
  return { startNano: 0, endNano: Math.max(traceDurationNano, MIN_VIEWPORT_NANO) };
}

/** Moves and narrows a range into the trace, keeping its width where it can. */
export function clampViewport(viewport: TimeViewport, traceDurationNano: number): TimeViewport {
  const full = fullViewport(traceDurationNano);
  const width = Math.min(Math.max(viewport.endNano - viewport.startNano, MIN_VIEWPORT_NANO), full.endNano);
  const startNano = Math.min(Math.max(viewport.startNano, 0), full.endNano - width);
  return { startNano, endNano: startNano + width };
}

/** `factor` below 1 zooms in; the instant `anchorNano` stays where it is on screen. */
export function zoomViewport(
  viewport: TimeViewport,
  factor: number,
  anchorNano: number,
  traceDurationNano: number,
): TimeViewport {
  const width = viewport.endNano - viewport.startNano;
  const newWidth = Math.min(
    Math.max(width * factor, MIN_VIEWPORT_NANO),
    Math.max(traceDurationNano, MIN_VIEWPORT_NANO),
  );
  const share = (anchorNano - viewport.startNano) / width;
  const startNano = anchorNano - share * newWidth;
  return clampViewport({ startNano, endNano: startNano + newWidth }, traceDurationNano);
}

/** Moves by a share of the width shown. */
export function panViewport(viewport: TimeViewport, share: number, traceDurationNano: number): TimeViewport {
  const shift = (viewport.endNano - viewport.startNano) * share;
  return clampViewport({ startNano: viewport.startNano + shift, endNano: viewport.endNano + shift }, traceDurationNano);
}

/** A span with some air on both sides. */
export function viewportAround(startNano: number, durationNano: number, traceDurationNano: number): TimeViewport {
  const air = Math.max(durationNano * 0.1, MIN_VIEWPORT_NANO / 2);
  return clampViewport({ startNano: startNano - air, endNano: startNano + durationNano + air }, traceDurationNano);
}

/** Whether all of the trace is shown. */
export function isFullViewport(viewport: TimeViewport, traceDurationNano: number): boolean {
  const full = fullViewport(traceDurationNano);
  return viewport.startNano <= full.startNano && viewport.endNano >= full.endNano;
}
