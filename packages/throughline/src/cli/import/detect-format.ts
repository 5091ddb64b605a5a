/** How a file is cut into messages, found out from its first bytes. */
export type Framing = 'json-document' | 'json-lines' | 'otlp-protobuf' | 'length-prefixed';

const LINE_FEED = 0x0a;
/** Field 1 of ExportTraceServiceRequest, length-delimited. */
const RESOURCE_SPANS_TAG = 0x0a;

/**
 * The framing of what starts with `head`; undefined if it is nothing that is known. `isWhole`: nothing follows.
 *
 * The four cannot be taken for each other: a protobuf request starts with 0x0a, which as the first byte of a length
 * would mean 160 MiB; JSON starts (behind white space) with a bracket, and a key or another bracket behind that, where
 * protobuf has a small tag.
 */
export function detectFraming(head: Uint8Array, isWhole: boolean): Framing | undefined {
  if (head.length === 0) return 'json-lines';
  if (isJson(head)) return isJsonLines(head, isWhole) ? 'json-lines' : 'json-document';
  if (head[0] === RESOURCE_SPANS_TAG) return 'otlp-protobuf';
  return head.length >= 4 && (head[0] ?? 0) < RESOURCE_SPANS_TAG ? 'length-prefixed' : undefined;
}

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;

function isJson(head: Uint8Array): boolean {
  const start = BYTE_ORDER_MARK.every((byte, i) => head[i] === byte) ? 3 : 0;
  const first = skipSpace(head, start);
  const second = skipSpace(head, first + 1);
  const next = head[second];
  switch (head[first]) {
    case undefined:
      // Nothing but white space.
      return true;
    case code('{'):
      return next === undefined || next === code('"') || next === code('}');
    case code('['):
      return next === undefined || next === code('{') || next === code('[') || next === code(']');
    default:
      return false;
  }
}

/** Whether the first line is a whole JSON value: a document that is laid out over lines is not. */
function isJsonLines(head: Uint8Array, isWhole: boolean): boolean {
  let depth = 0;
  let inString = false;
  let hasValue = false;
  for (let i = 0; i < head.length; i++) {
    const byte = head[i] ?? 0;
    if (inString) {
      if (byte === code('\\')) i++;
      else if (byte === code('"')) inString = false;
    } else if (byte === code('"')) inString = true;
    else if (byte === code('{') || byte === code('[')) {
      depth++;
      hasValue = true;
    } else if (byte === code('}') || byte === code(']')) depth--;
    else if (byte === LINE_FEED && hasValue) return depth === 0;
  }
  // A line longer than what was looked at: a document over lines would have had its first break by now.
  return !isWhole && depth > 0;
}

function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at] === 0x20 || bytes[at] === 0x09 || bytes[at] === LINE_FEED || bytes[at] === 0x0d) at++;
  return at;
}

function code(character: string): number {
  return character.charCodeAt(0);
}
