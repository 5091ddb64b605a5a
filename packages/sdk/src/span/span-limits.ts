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

/** Complete, each a small integer. */
export function wholeLimits(limits: Partial<SpanLimits> = {}): SpanLimits {
  const all = { ...DEFAULT_SPAN_LIMITS, ...limits };
  return {
    attributeCountLimit: Math.min(all.attributeCountLimit, NO_LIMIT),
    attributeValueLengthLimit: Math.min(all.attributeValueLengthLimit, NO_LIMIT),
    eventCountLimit: Math.min(all.eventCountLimit, NO_LIMIT),
    linkCountLimit: Math.min(all.linkCountLimit, NO_LIMIT),
    attributePerEventCountLimit: Math.min(all.attributePerEventCountLimit, NO_LIMIT),
    attributePerLinkCountLimit: Math.min(all.attributePerLinkCountLimit, NO_LIMIT),
  };
}

export const DEFAULT_SPAN_LIMITS: SpanLimits = {
  attributeCountLimit: 128,
  attributeValueLengthLimit: Infinity,
  eventCountLimit: 128,
  linkCountLimit: 128,
  attributePerEventCountLimit: 128,
  attributePerLinkCountLimit: 128,
};
