/*
 * How many spans a request holds, without decoding them: a sink that counts must cost less than those who send.
 * Sources: opentelemetry-proto `collector/trace/v1` and `trace/v1`; the MessagePack specification.
 */

const RESOURCE_SPANS = 1;
const SCOPE_SPANS = 2;
const SPANS = 2;

/** Spans in an OTLP `ExportTraceServiceRequest`. @throws RangeError on a field that a request does not have */
export function countOtlpSpans(request: Uint8Array): number {
  let count = 0;
  eachMessage(request, 0, request.length, RESOURCE_SPANS, (start, end) =>
    eachMessage(request, start, end, SCOPE_SPANS, (from, to) =>
      eachMessage(request, from, to, SPANS, () => {
        count++;
      }),
    ),
  );
  return count;
}

/** All fields of the three messages above are length-delimited, so another wire type is a broken request. */
function eachMessage(
  bytes: Uint8Array,
  start: number,
  end: number,
  field: number,
  visit: (start: number, end: number) => void,
): void {
  for (let at = start; at < end;) {
    const tag = bytes[at++] ?? 0;
    if ((tag & 7) !== 2 || tag >= 0x80) throw new RangeError(`tag ${tag} at ${at - 1} is not expected`);
    let length = 0;
    for (let shift = 0, more = true; more; shift += 7) {
      const byte = bytes[at++] ?? 0;
      length += (byte & 0x7f) * 2 ** shift;
      more = byte >= 0x80;
    }
    if (at + length > end) throw new RangeError(`a field at ${at} is longer than its message`);
    if (tag >> 3 === field) visit(at, at + length);
    at += length;
  }
}

/** Spans in the MessagePack that dd-trace sends (`/v0.4/traces`): an array of traces, each an array of span maps. */
export function countDatadogSpans(request: Buffer): number {
  let at = 0;
  let count = 0;
  const header = (): { readonly kind: 'array' | 'map' | 'data'; readonly length: number } => {
    const byte = request[at++] ?? 0;
    if (byte >= 0x80 && byte <= 0x8f) return { kind: 'map', length: byte & 0x0f };
    if (byte >= 0x90 && byte <= 0x9f) return { kind: 'array', length: byte & 0x0f };
    if (byte >= 0xa0 && byte <= 0xbf) return { kind: 'data', length: byte & 0x1f };
    if (byte < 0x80 || byte >= 0xe0) return { kind: 'data', length: 0 };
    switch (byte) {
      case 0xdc:
      case 0xde:
        at += 2;
        return { kind: byte === 0xdc ? 'array' : 'map', length: request.readUInt16BE(at - 2) };
      case 0xdd:
      case 0xdf:
        at += 4;
        return { kind: byte === 0xdd ? 'array' : 'map', length: request.readUInt32BE(at - 4) };
      case 0xc4:
      case 0xd9:
        return { kind: 'data', length: request.readUInt8(at++) };
      case 0xc5:
      case 0xda:
        at += 2;
        return { kind: 'data', length: request.readUInt16BE(at - 2) };
      case 0xc6:
      case 0xdb:
        at += 4;
        return { kind: 'data', length: request.readUInt32BE(at - 4) };
      case 0xcc:
      case 0xd0:
        return { kind: 'data', length: 1 };
      case 0xcd:
      case 0xd1:
        return { kind: 'data', length: 2 };
      case 0xca:
      case 0xce:
      case 0xd2:
        return { kind: 'data', length: 4 };
      case 0xcb:
      case 0xcf:
      case 0xd3:
        return { kind: 'data', length: 8 };
      case 0xc0:
      case 0xc2:
      case 0xc3:
        return { kind: 'data', length: 0 };
      default:
        throw new RangeError(`byte ${byte} at ${at - 1} is not expected`);
    }
  };
  const array = (): number => {
    const { kind, length } = header();
    if (kind !== 'array') throw new RangeError(`an array is expected at ${at}`);
    return length;
  };
  const skip = (): void => {
    const { kind, length } = header();
    if (kind === 'data') at += length;
    else for (let left = kind === 'map' ? 2 * length : length; left > 0; left--) skip();
  };
  for (let traces = array(); traces > 0; traces--) {
    const spans = array();
    count += spans;
    for (let left = spans; left > 0; left--) skip();
  }
  return count;
}
