import { decodeOtlpColumns, encodeOtlpJson, encodeOtlpProtobuf } from '@throughline/wire';
import { BASE_UNIX_NANO, type LoadShape, templateSpans, USER_DIGITS } from './load-shape.ts';

/** What is written into a body before it is sent. */
export interface BodyIdentity {
  /** Different for every request of a run; becomes the last four bytes of each id. */
  readonly request: number;
  /** Two random words of the run's: the first eight bytes of the trace ids, and part of the rest. */
  readonly run: readonly [number, number];
  readonly startUnixNano: bigint;
}

/** A request's body, encoded once, with the places where ids, instants and user ids go. */
export interface Body {
  readonly bytes: Buffer;
  readonly spanCount: number;
  /** Makes the body that of another request, in place. */
  patch(identity: BodyIdentity): void;
}

export function protobufBody(shape: LoadShape): Body {
  const bytes = Buffer.from(encodeOtlpProtobuf(templateSpans(shape)));
  const { spanCount, traceId, spanId, parentSpanId } = decodeOtlpColumns(bytes);
  const traceIdAt: number[] = [];
  const idAt: number[] = [];
  for (let row = 0; row < spanCount; row++) {
    traceIdAt.push(traceId[row] ?? 0);
    idAt.push((traceId[row] ?? 0) + 12, (spanId[row] ?? 0) + 4);
    const parent = parentSpanId[row] ?? 0;
    if (parent > 0) idAt.push(parent + 4);
  }
  // Which of the request's traces it is.
  const traceWord = traceIdAt.map((at) => bytes.readUInt32BE(at + 8));
  const timeAt: number[] = [];
  const offsetNano: number[] = [];
  for (let at = 0; at + 8 <= bytes.length; at++) {
    if (bytes[at + 7] !== 0x5a || bytes[at + 6] !== 0x5a) continue;
    const value = bytes.readBigUInt64LE(at);
    if (value < BASE_UNIX_NANO || value >= BASE_UNIX_NANO + 1_000_000_000n) continue;
    timeAt.push(at);
    offsetNano.push(Number(value - BASE_UNIX_NANO));
  }
  if (timeAt.length !== 2 * spanCount) throw new Error('instants of the template are not unique in its bytes');
  const users = userPatch(bytes, shape);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    bytes,
    spanCount,
    patch: ({ request, run, startUnixNano }) => {
      for (let i = 0; i < traceIdAt.length; i++) {
        const at = traceIdAt[i] ?? 0;
        view.setUint32(at, run[0]);
        view.setUint32(at + 4, run[1]);
        view.setUint32(at + 8, (traceWord[i] ?? 0) ^ run[1]);
      }
      for (const at of idAt) view.setUint32(at, request);
      const low = Number(startUnixNano & 0xffff_ffffn);
      const high = Number(startUnixNano >> 32n);
      for (let i = 0; i < timeAt.length; i++) {
        const sum = low + (offsetNano[i] ?? 0);
        const at = timeAt[i] ?? 0;
        view.setUint32(at, sum >>> 0, true);
        view.setUint32(at + 4, sum >= 0x1_0000_0000 ? high + 1 : high, true);
      }
      users(request);
    },
  };
}

const ID = /"(traceId|spanId|parentSpanId)":"([0-9a-f]+)"/g;
const TIME = /"(?:start|end)TimeUnixNano":"(\d{19})"/g;

export function jsonBody(shape: LoadShape): Body {
  const spans = templateSpans(shape);
  const text = encodeOtlpJson(spans);
  const bytes = Buffer.from(text);
  // The template is ASCII, so that places in the text are places in the bytes.
  const traces: { readonly at: number; readonly word: number }[] = [];
  const idEndAt: number[] = [];
  for (const match of text.matchAll(ID)) {
    const at = match.index + match[0].indexOf(':"') + 2;
    const length = match[2]?.length ?? 0;
    if (length === 0) continue;
    if (match[1] === 'traceId') traces.push({ at, word: Number.parseInt(match[2]?.slice(16, 24) ?? '', 16) });
    idEndAt.push(at + length - 8);
  }
  const times = Array.from(text.matchAll(TIME), (match) => ({
    at: match.index + match[0].length - 20,
    offset: BigInt(match[1] ?? 0) - BASE_UNIX_NANO,
  }));
  if (times.length !== 2 * spans.length) throw new Error('instants of the template are not unique in its bytes');
  const users = userPatch(bytes, shape);
  return {
    bytes,
    spanCount: spans.length,
    patch: ({ request, run, startUnixNano }) => {
      const ofRun = hex(run[0]) + hex(run[1]);
      for (const { at, word } of traces) bytes.write(ofRun + hex((word ^ run[1]) >>> 0), at, 'latin1');
      const ofRequest = hex(request);
      for (const at of idEndAt) bytes.write(ofRequest, at, 'latin1');
      for (const { at, offset } of times) bytes.write(String(startUnixNano + offset).padStart(19, '0'), at, 'latin1');
      users(request);
    },
  };
}

/** Every span gets another user in every request, `cardinality` different ones in all. */
function userPatch(bytes: Buffer, { cardinality }: LoadShape): (request: number) => void {
  const userAt: number[] = [];
  for (let at = bytes.indexOf('user-0'); at >= 0; at = bytes.indexOf('user-0', at + 1)) userAt.push(at + 5);
  return (request) => {
    let user = (request * userAt.length) % cardinality;
    for (const at of userAt) {
      let rest = user;
      for (let digit = USER_DIGITS - 1; digit >= 0; digit--) {
        bytes[at + digit] = 48 + (rest % 10);
        rest = Math.floor(rest / 10);
      }
      user = user + 1 === cardinality ? 0 : user + 1;
    }
  };
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0');
}
