import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  clampViewport,
  fullViewport,
  isFullViewport,
  MIN_VIEWPORT_NANO,
  panViewport,
  viewportAround,
  zoomViewport,
} from '../../src/trace/time-viewport.ts';

const duration = fc.double({ min: 0, max: 1e15, noNaN: true });
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe('a viewport', () => {
  it('stays within the trace whatever is done to it', () => {
    const action = fc.oneof(
      fc.record({
        kind: fc.constant('zoom' as const),
        factor: fc.double({ min: 0.001, max: 1000, noNaN: true }),
        at: share,
      }),
      fc.record({ kind: fc.constant('pan' as const), by: fc.double({ min: -3, max: 3, noNaN: true }) }),
      fc.record({ kind: fc.constant('around' as const), start: share, length: share }),
    );
    fc.assert(
      fc.property(duration, fc.array(action), (total, actions) => {
        let viewport = fullViewport(total);
        const full = fullViewport(total).endNano;
        for (const step of actions) {
          const width = viewport.endNano - viewport.startNano;
          if (step.kind === 'zoom') {
            viewport = zoomViewport(viewport, step.factor, viewport.startNano + step.at * width, total);
          } else if (step.kind === 'pan') viewport = panViewport(viewport, step.by, total);
          else viewport = viewportAround(step.start * total, step.length * total, total);
          expect(viewport.startNano).toBeGreaterThanOrEqual(0);
          expect(viewport.endNano).toBeLessThanOrEqual(full * (1 + 1e-12));
          expect(viewport.endNano - viewport.startNano).toBeGreaterThanOrEqual(MIN_VIEWPORT_NANO * 0.99);
        }
      }),
    );
  });

  it('keeps the anchor where it is on screen', () => {
    const zoomed = zoomViewport({ startNano: 0, endNano: 1e6 }, 0.5, 250_000, 1e6);
    expect(zoomed).toEqual({ startNano: 125_000, endNano: 625_000 });
  });

  it('does not pan out of the trace', () => {
    expect(panViewport({ startNano: 0, endNano: 500_000 }, -1, 1e6)).toEqual({ startNano: 0, endNano: 500_000 });
    expect(panViewport({ startNano: 400_000, endNano: 900_000 }, 1, 1e6)).toEqual({ startNano: 500_000, endNano: 1e6 });
  });

  it('has a width even for an instant', () => {
    expect(fullViewport(0)).toEqual({ startNano: 0, endNano: MIN_VIEWPORT_NANO });
    expect(clampViewport({ startNano: 7, endNano: 7 }, 0)).toEqual({ startNano: 0, endNano: MIN_VIEWPORT_NANO });
    expect(isFullViewport(fullViewport(0), 0)).toBe(true);
    expect(isFullViewport({ startNano: 1, endNano: 1e6 }, 1e6)).toBe(false);
  });
});
