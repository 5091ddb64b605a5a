import { SERVICE_COLOUR_COUNT } from '../trace/service-colours.ts';

/**
 * A mark is the number of a colour that bars and dots can have: 0 to 19 are the services' colours, then come the steps
 * of a scale from little to much, and what stands apart.
 */
export const MARK_SCALE: number = SERVICE_COLOUR_COUNT;
export const MARK_SCALE_COUNT = 5;
export const MARK_NEUTRAL: number = MARK_SCALE + MARK_SCALE_COUNT;
export const MARK_ERROR: number = MARK_NEUTRAL + 1;
export const MARK_WARNING: number = MARK_NEUTRAL + 2;

/** The token of each mark, in order. */
export const MARK_TOKENS: readonly string[] = [
  ...Array.from({ length: SERVICE_COLOUR_COUNT }, (_, index) => `service-${index}`),
  ...Array.from({ length: MARK_SCALE_COUNT }, (_, index) => `scale-${index}`),
  'border-strong',
  'error',
  'warning',
];
