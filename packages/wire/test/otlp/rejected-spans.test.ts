import { describe, expect, test } from 'vitest';

import {
  decodeOtlpColumns,
  decodeOtlpProtobuf,
  decodeSpanMessage,
  DEFAULT_OTLP_LIMITS,
  spansFromColumns,
  type DecodedSpans,
  type OtlpLimits,
} from '../../src/index.ts';
import {
  attribute,
  bytesOf,
  deepValue,
  field,
  integer,
  repeated,
  request,
  span,
  SPAN_ID,
  SPAN_ID_HEX,
  text,
  TRACE_ID,
} from './wire-format.ts';

const limited = (limits: Partial<OtlpLimits>, ...content: readonly Uint8Array[]): unknown => {
  const columns = decodeOtlpColumns(request(span(...content), span(text(5, 'next'))), limits);
  expect(spansFromColumns(columns).at(-1)?.name).toBe('next');
  return columns.rejected;
};
function withoutDepthLimit(levels: number): DecodedSpans {
  const limits = { maxValueDepth: 1_000_000 };
  return decodeOtlpProtobuf(request(span(attribute('k', deepValue(levels, 'map')))), limits);
}

function resourceSpans(name: string): Uint8Array {
  return field(1, field(1, field(1, text(1, name))), field(2, field(2, span())));
}

function scopeSpans(name: string): Uint8Array {
  return field(1, field(2, field(1, text(1, name)), field(2, span())));
}

const times = (count: number, part: Uint8Array): Uint8Array[] => Array.from({ length: count }, () => part);
const OVER = { limit_exceeded: 1 };

describe('rejected spans', () => {
  test('by their ids, while the others stay', () => {
    const zeros = new Uint8Array(16);
    const bytes = request(
      bytesOf(field(2, SPAN_ID), text(5, 'no trace id'), attribute('a', integer(3, 1))),
      span(attribute('b', integer(3, 2))),
      bytesOf(field(1, zeros), field(2, SPAN_ID)),
      bytesOf(field(1, TRACE_ID.subarray(1)), field(2, SPAN_ID)),
      bytesOf(field(1, TRACE_ID), field(11), field(13)),
      bytesOf(field(1, TRACE_ID), field(2, zeros.subarray(8))),
      bytesOf(field(1, TRACE_ID), field(2, TRACE_ID)),
      span(attribute('c', integer(3, 3)), field(11)),
    );
    const { spans, rejected } = decodeOtlpProtobuf(bytes);
    expect(rejected).toEqual({ invalid_trace_id: 3, invalid_span_id: 3 });
    expect(spans.map((each) => [...each.attributes.keys(), each.events.length])).toEqual([
      ['b', 0],
      ['c', 1],
    ]);
  });

  test('at n and n + 1 of each limit', () => {
    const keyValue = bytesOf(text(1, 'k'), field(2, integer(3, 1)));
    expect(limited({ maxAttributes: 3 }, ...times(3, field(9, keyValue)))).toEqual({});
    expect(limited({ maxAttributes: 3 }, ...times(4, field(9, keyValue)))).toEqual(OVER);
    expect(limited({ maxAttributes: 3 }, field(11, ...times(3, field(3, keyValue))))).toEqual({});
    expect(limited({ maxAttributes: 3 }, field(11, ...times(4, field(3, keyValue))))).toEqual(OVER);
    expect(limited({ maxAttributes: 3 }, field(13, ...times(3, field(4, keyValue))))).toEqual({});
    expect(limited({ maxAttributes: 3 }, field(13, ...times(4, field(4, keyValue))))).toEqual(OVER);
    expect(limited({ maxAttributes: 3 }, attribute('m', field(6, ...times(3, field(1, keyValue)))))).toEqual({});
    expect(limited({ maxAttributes: 3 }, attribute('m', field(6, ...times(4, field(1, keyValue)))))).toEqual(OVER);
    expect(limited({ maxEventsPerSpan: 3 }, ...times(3, field(11)))).toEqual({});
    expect(limited({ maxEventsPerSpan: 3 }, ...times(4, field(11)))).toEqual(OVER);
    expect(limited({ maxLinksPerSpan: 3 }, ...times(3, field(13)))).toEqual({});
    expect(limited({ maxLinksPerSpan: 3 }, ...times(4, field(13)))).toEqual(OVER);
  });

  test('at n and n + 1 levels of a value, wherever it stands', () => {
    for (const kind of ['array', 'map'] as const) {
      for (const maxValueDepth of [1, 2, 32]) {
        for (const [levels, rejected] of [
          [maxValueDepth, {}],
          [maxValueDepth + 1, OVER],
        ] as const) {
          const keyValue = bytesOf(text(1, 'k'), field(2, deepValue(levels, kind)));
          expect(limited({ maxValueDepth }, field(9, keyValue))).toEqual(rejected);
          expect(limited({ maxValueDepth }, field(11, field(3, keyValue)))).toEqual(rejected);
          expect(limited({ maxValueDepth }, field(13, field(4, keyValue)))).toEqual(rejected);
        }
      }
    }
    expect(DEFAULT_OTLP_LIMITS.maxValueDepth).toBe(32);
  });

  test('a limit above the deepest value that can be read is cut to it', () => {
    expect(withoutDepthLimit(128)).toMatchObject({ spans: [{ spanId: SPAN_ID_HEX }], rejected: {} });
    expect(withoutDepthLimit(129)).toEqual({ spans: [], rejected: OVER });
  });

  test('at n and n + 1 elements of a request', () => {
    for (const part of [attribute('k', integer(3, 1)), field(11), field(13)]) {
      const decode = (count: number) =>
        decodeOtlpColumns(request(...times(count, span(part, part))), { maxElementsPerRequest: 6 });
      expect(decode(3)).toMatchObject({ spanCount: 3, rejected: {} });
      expect(decode(4)).toMatchObject({ spanCount: 3, rejected: OVER });
    }
  });

  test('a resource or scope over a limit takes its spans with it', () => {
    const keyValue = bytesOf(text(1, 'k'), field(2, integer(3, 1)));
    const spans = field(2, field(2, span(attribute('a', integer(3, 1)), field(11), field(13))));
    const bytes = (count: number): Uint8Array =>
      bytesOf(
        field(1, spans),
        field(1, spans, spans, field(1, ...times(count, field(1, keyValue)))),
        field(1, field(2, field(2, span()), field(1, ...times(count, field(3, keyValue))))),
        field(1, spans),
      );
    expect(decodeOtlpColumns(bytes(2), { maxAttributes: 2 })).toMatchObject({ spanCount: 5, rejected: {} });
    const columns = decodeOtlpColumns(bytes(3), { maxAttributes: 2 });
    expect(columns).toMatchObject({ spanCount: 2, rejected: { limit_exceeded: 3 } });
    expect([[...columns.attributeEnd], [...columns.eventEnd], [...columns.linkEnd]]).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
  });

  test('a span or scope over a limit takes nothing else with it', () => {
    const keyValues = repeated(3, field(3, text(1, 'k')));
    const bad = span(field(11, keyValues));
    expect(decodeOtlpColumns(request(span(), bad), { maxAttributes: 2 })).toMatchObject({
      spanCount: 1,
      rejected: OVER,
    });
    const bytes = field(1, field(2, field(2, span())), field(2, field(2, span()), field(1, keyValues)));
    expect(decodeOtlpColumns(bytes, { maxAttributes: 2 })).toMatchObject({ spanCount: 1, rejected: OVER });
  });

  test('spans of one resource or scope too many', () => {
    for (const part of [resourceSpans, scopeSpans]) {
      const bytes = bytesOf(part('a'), part('b'), part('a'));
      expect(decodeOtlpColumns(bytes, { maxResourcesPerRequest: 2 })).toMatchObject({ spanCount: 3, rejected: {} });
      const limits = { maxResourcesPerRequest: 1 };
      expect(decodeOtlpColumns(bytes, limits)).toMatchObject({ spanCount: 2, rejected: OVER });
    }
  });

  test('a single span, which may have been stored under other limits, only has that of depth', () => {
    const columns = decodeOtlpColumns(request(span()));
    const read = (...content: readonly Uint8Array[]) =>
      decodeSpanMessage(span(...content), columns.resources[0]!, columns.scopes[0]!);
    const { maxAttributes, maxEventsPerSpan } = DEFAULT_OTLP_LIMITS;
    expect(read(repeated(maxEventsPerSpan + 1, field(11))).events).toHaveLength(maxEventsPerSpan + 1);
    const attributes = Array.from({ length: maxAttributes + 1 }, (_, i) => attribute(`${i}`, integer(3, i)));
    expect(read(...attributes).attributes.size).toBe(maxAttributes + 1);
    expect(read(attribute('k', deepValue(128, 'map'))).attributes.size).toBe(1);
    expect(() => read(attribute('k', deepValue(129, 'map')))).toThrow(
      expect.objectContaining({ code: 'payload_too_deep' }),
    );
  });
});
