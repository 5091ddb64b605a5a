import { diag } from '@opentelemetry/api';

/** Limits of the specification (Trace SDK, Span Limits), by the names of the official SDK. */
export interface SpanLimits {
  readonly attributeCountLimit: number;
  /** UTF-16 units of a string, bytes of a byte array. */
  readonly attributeValueLengthLimit: number;
  readonly eventCountLimit: number;
  readonly linkCountLimit: number;
  readonly attributePerEventCountLimit: number;
  readonly attributePerLinkCountLimit: number;
}

/** No string or list is longer, and as a small integer it needs no memory where it is handed on. */
const NO_LIMIT = 2 ** 29;

/** Complete, each a small integer. What is no limit, of which `diag` is told, counts as not given. */
export function wholeLimits(limits: Partial<SpanLimits> = {}): SpanLimits {
  const whole = (name: keyof SpanLimits, least: 0 | 1 = 0): number => {
    const limit = limits[name] ?? DEFAULT_SPAN_LIMITS[name];
    const isLimit = typeof limit === 'number' && limit >= least;
    if (!isLimit) diag.warn(`${name} is no number from ${least}; ${DEFAULT_SPAN_LIMITS[name]} counts`);
    return Math.min(Math.floor(isLimit ? limit : DEFAULT_SPAN_LIMITS[name]), NO_LIMIT);
  };
  return {
    attributeCountLimit: whole('attributeCountLimit'),
    // As in the official SDK: 0 would empty every value.
    attributeValueLengthLimit: whole('attributeValueLengthLimit', 1),
    eventCountLimit: whole('eventCountLimit'),
    linkCountLimit: whole('linkCountLimit'),
    attributePerEventCountLimit: whole('attributePerEventCountLimit'),
    attributePerLinkCountLimit: whole('attributePerLinkCountLimit'),
  };
}

const DEFAULT_SPAN_LIMITS: SpanLimits = {
  attributeCountLimit: 128,
  attributeValueLengthLimit: Infinity,
  eventCountLimit: 128,
  linkCountLimit: 128,
  attributePerEventCountLimit: 128,
  attributePerLinkCountLimit: 128,
};
