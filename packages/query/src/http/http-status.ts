/** The HTTP status of each error code. What is not here is a defect of the server: 500. */
const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  invalid_parameter: 400,
  unknown_parameter: 400,
  invalid_query: 400,
  invalid_cursor: 400,
  invalid_trace_id: 400,
  invalid_tenant: 400,
  trace_not_found: 404,
  service_not_found: 404,
  viewer_not_built: 404,
  too_many_subscribers: 429,
  query_memory_limit: 422,
  trace_too_large: 422,
  value_too_deep: 422,
  // Nobody reads the answer; the status is for the log (nginx has it for the same).
  client_gone: 499,
  tail_not_available: 501,
  too_many_queries: 503,
  query_timeout: 503,
  query_cancelled: 503,
  overloaded: 503,
  closed: 503,
  storage_failed: 503,
};

export function httpStatus(code: string): number {
  return STATUS_BY_CODE[code] ?? 500;
}
