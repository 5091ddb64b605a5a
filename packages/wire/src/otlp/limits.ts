/**
 * How much one OTLP request may hold beyond its size in bytes, which the receiver checks. A span over a limit is
 * rejected as `limit_exceeded`; a resource or scope over one rejects all its spans. The defaults lie far above what
 * SDKs send and bound the memory that the columns of a hostile request can take.
 */
export interface OtlpLimits {
  /** Attributes of one span, event, link, resource or scope, and entries of one map value. Repeated keys count. */
  readonly maxAttributes: number;
  readonly maxEventsPerSpan: number;
  readonly maxLinksPerSpan: number;
  /** Levels of attribute values: 1 is a scalar, 2 an array or map of scalars. At most {@link MAX_VALUE_DEPTH}. */
  readonly maxValueDepth: number;
  /** Attributes, events and links of all spans of a request, each of the three by itself. */
  readonly maxElementsPerRequest: number;
  /** Distinct resources, and distinct scopes, of a request. */
  readonly maxResourcesPerRequest: number;
}

export const DEFAULT_OTLP_LIMITS: OtlpLimits = {
  maxAttributes: 10_000,
  maxEventsPerSpan: 65_536,
  maxLinksPerSpan: 65_536,
  maxValueDepth: 32,
  maxElementsPerRequest: 8_388_608,
  maxResourcesPerRequest: 65_536,
};

/** The deepest attribute value that can be read at all, whatever the configured limit: it bounds recursion. */
export const MAX_VALUE_DEPTH = 128;
