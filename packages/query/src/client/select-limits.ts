/** Attributes that a search may list with each trace. */
export const MAX_SELECTED_ATTRIBUTES = 8;
/** The spans of a larger trace are not read for the sake of a list. */
export const MAX_LISTED_TRACE_SPANS = 2_000;
