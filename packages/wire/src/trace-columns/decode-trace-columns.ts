import type { TraceColumns } from '@throughline/model';

import { TraceColumnsReader } from './trace-columns-reader.ts';

/**
 * What `encodeTraceColumns` wrote, details, resources and scopes still encoded: these are for `decodeSpanDetails`,
 * `decodeResource` and `decodeScope`. The bytes are copied.
 *
 * @throws DecodeError `malformed_payload` if the lengths do not fit or a column points to what is not there,
 *   `unsupported_payload` for another version. Nothing is allocated for what has not come.
 */
export function decodeTraceColumns(bytes: Uint8Array): TraceColumns {
  const reader = new TraceColumnsReader();
  reader.add(bytes);
  return reader.end();
}
