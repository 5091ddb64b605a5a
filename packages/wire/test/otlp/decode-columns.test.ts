import { AttributeType, type AttributeValue } from '@throughline/model';
import { describe, expect, test } from 'vitest';

import { attributeValueAt, decodeOtlpColumns, decodeOtlpProtobuf, spansFromColumns } from '../../src/index.ts';
import {
  attribute,
  bytesOf,
  field,
  integer,
  paddedVarint,
  request,
  span,
  SPAN_ID,
  SPAN_ID_HEX,
  tag,
  text,
  TRACE_ID,
  TRACE_ID_HEX,
  varint,
} from './wire-format.ts';

const only = (bytes: Uint8Array): ReturnType<typeof spansFromColumns>[number] => {
  const { spans, rejected } = decodeOtlpProtobuf(bytes);
  expect(rejected).toEqual({});
  expect(spans).toHaveLength(1);
  return spans[0]!;
};
const valueOf = (...anyValue: readonly (number | Uint8Array | readonly number[])[]): AttributeValue | undefined =>
  only(request(span(attribute('k', ...anyValue)))).attributes.get('k');

describe('columns', () => {
  test('point into the bytes', () => {
    const bytes = request(
      span(
        text(3, 'ot=th:8'),
        field(4, SPAN_ID),
        text(5, 'name'),
        integer(6, 2),
        [...tag(7, 1), 1, 0, 0, 0, 2, 0, 0, 0],
        [...tag(8, 1), 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        attribute('s', text(1, 'text')),
        attribute('i', integer(3, -5n)),
        attribute('b', integer(2, 1)),
        integer(10, 7),
        field(11, text(2, 'event')),
        field(13, field(1, TRACE_ID)),
        field(15, text(2, 'message'), integer(3, 2)),
        [...tag(16, 5), 1, 1, 0, 0],
      ),
    );
    const columns = decodeOtlpColumns(bytes);
    const part = (start: number | undefined, end: number | undefined): string =>
      Buffer.from(columns.source.subarray(start, end)).toString('latin1');
    expect(columns.spanCount).toBe(1);
    expect(columns.source).toEqual(bytes);
    expect(columns.source.subarray(columns.traceId[0], columns.traceId[0]! + 16)).toEqual(TRACE_ID);
    expect(columns.source.subarray(columns.spanId[0], columns.spanId[0]! + 8)).toEqual(SPAN_ID);
    expect(columns.source.subarray(columns.parentSpanId[0], columns.parentSpanId[0]! + 8)).toEqual(SPAN_ID);
    expect(columns.startTimeUnixNano[0]).toBe(2n ** 33n + 1n);
    expect(columns.endTimeUnixNano[0]).toBe(2n ** 64n - 1n);
    expect([columns.kind[0], columns.flags[0], columns.statusCode[0], columns.weight[0]]).toEqual([2, 0x101, 2, 2]);
    expect(part(columns.nameStart[0], columns.nameEnd[0])).toBe('name');
    expect(part(columns.traceStateStart[0], columns.traceStateEnd[0])).toBe('ot=th:8');
    expect(part(columns.statusMessageStart[0], columns.statusMessageEnd[0])).toBe('message');
    expect([columns.droppedAttributesCount[0], columns.droppedEventsCount[0], columns.droppedLinksCount[0]]).toEqual([
      7, 0, 0,
    ]);
    expect([columns.attributeEnd[0], columns.eventEnd[0], columns.linkEnd[0]]).toEqual([3, 1, 1]);
    expect([...columns.attributeType]).toEqual([AttributeType.STRING, AttributeType.INT, AttributeType.BOOL]);
    expect(part(columns.attributeKeyStart[1], columns.attributeKeyEnd[1])).toBe('i');
    expect(part(columns.attributeValueStart[0], columns.attributeValueEnd[0])).toBe('text');
    expect([columns.attributeValueStart[1], columns.attributeValueEnd[1]]).toEqual([0, 0]);
    expect(columns.attributeNumber[1]).toBe(-5n);
    expect(columns.attributeNumber[2]).toBe(1n);
    expect(part(columns.eventMessageStart[0], columns.eventMessageEnd[0])).toBe('\x12\x05event');
    expect(part(columns.linkMessageStart[0], columns.linkMessageEnd[0])).toBe(
      `\x0a\x10${Buffer.from(TRACE_ID).toString('latin1')}`,
    );
    expect(columns.resources).toHaveLength(1);
    expect(columns.scopes).toHaveLength(1);
  });

  test('absent fields are empty ranges and zeros, whatever stood in the row before', () => {
    const full = span(
      text(3, 'a=b'),
      field(4, SPAN_ID),
      text(5, 'n'),
      integer(6, 2),
      field(15, text(2, 'm'), integer(3, 1)),
    );
    decodeOtlpColumns(request(full, full));
    const columns = decodeOtlpColumns(request(span(), full));
    const ranges = [
      columns.traceStateStart,
      columns.traceStateEnd,
      columns.nameStart,
      columns.nameEnd,
      columns.statusMessageStart,
      columns.statusMessageEnd,
    ];
    expect(ranges.map((column) => column[0])).toEqual([0, 0, 0, 0, 0, 0]);
    expect([columns.parentSpanId[0], columns.kind[0], columns.statusCode[0], columns.weight[0]]).toEqual([0, 0, 0, 1]);
  });

  test('a number that replaces a text leaves no range behind', () => {
    const columns = decodeOtlpColumns(request(span(attribute('k', text(1, 'a'), integer(3, 4)))));
    expect([columns.attributeType[0], columns.attributeValueStart[0], columns.attributeValueEnd[0]]).toEqual([3, 0, 0]);
  });

  test('repeated keys stay in the columns, of the span the last value stays', () => {
    const columns = decodeOtlpColumns(request(span(attribute('k', integer(3, 1)), attribute('k', text(1, 'b')))));
    expect(columns.attributeEnd[0]).toBe(2);
    expect([attributeValueAt(columns, 0), attributeValueAt(columns, 1)]).toEqual([1n, 'b']);
    expect(spansFromColumns(columns)[0]?.attributes).toEqual(new Map([['k', 'b']]));
  });
});

describe('what encoders are free to do', () => {
  const resource = field(1, field(1, text(1, 'service.name'), field(2, text(1, 'cart'))));
  const scope = field(1, text(1, 'lib'));

  test('resource and scope behind their spans', () => {
    const bytes = bytesOf(
      field(1, text(3, 'url'), field(2, field(2, span()), text(3, 'scope url'), scope), resource),
      field(1, field(2, scope, field(2, span()), text(3, 'scope url')), resource, text(3, 'url')),
    );
    const columns = decodeOtlpColumns(bytes);
    expect(columns.resources).toEqual([
      { attributes: new Map([['service.name', 'cart']]), droppedAttributesCount: 0, schemaUrl: 'url' },
    ]);
    expect(columns.scopes).toMatchObject([{ name: 'lib', schemaUrl: 'scope url' }]);
    expect([...columns.resource, ...columns.scope]).toEqual([0, 0, 0, 0]);
  });

  test('resources that differ only in their schema URL are two', () => {
    const spans = field(2, field(2, span()));
    const bytes = bytesOf(
      field(1, resource, spans, text(3, 'a')),
      field(1, resource, spans),
      field(1, resource, spans, text(3, 'a')),
    );
    const columns = decodeOtlpColumns(bytes);
    expect(columns.resources.map((each) => each.schemaUrl)).toEqual(['a', '']);
    expect([...columns.resource]).toEqual([0, 1, 0]);
  });

  test('the parts of a resource or scope in several messages merge', () => {
    const more = field(1, field(1, text(1, 'host.name'), field(2, text(1, 'h'))), integer(2, 3));
    const version = field(1, text(2, '1'));
    const decoded = only(field(1, resource, field(2, scope, field(2, span()), version), more));
    expect(decoded.resource).toEqual({
      attributes: new Map([
        ['service.name', 'cart'],
        ['host.name', 'h'],
      ]),
      droppedAttributesCount: 3,
      schemaUrl: '',
    });
    expect(decoded.scope).toMatchObject({ name: 'lib', version: '1' });
  });

  test('a span in any order of fields, with repeated ones', () => {
    const decoded = only(
      request(
        bytesOf(
          field(15, text(2, 'kept'), integer(3, 1)),
          text(5, 'first'),
          [...tag(16, 5), 1, 0, 0, 0],
          field(2, [1, 2, 3]),
          field(2, SPAN_ID),
          attribute('k', integer(3, 1)),
          text(5, 'last'),
          field(15, integer(3, 2)),
          field(1, TRACE_ID),
        ),
      ),
    );
    expect(decoded).toMatchObject({
      traceId: TRACE_ID_HEX,
      spanId: SPAN_ID_HEX,
      name: 'last',
      flags: 1,
      status: { code: 2, message: 'kept' },
    });
  });

  test('value before key, repeated values, no value', () => {
    expect(only(request(span(field(9, field(2, integer(3, 4)), text(1, 'k'))))).attributes.get('k')).toBe(4n);
    expect(valueOf(text(1, 'a'), integer(3, 4))).toBe(4n);
    expect(valueOf(integer(3, 4), text(1, 'a'))).toBe('a');
    expect(valueOf()).toBe(null);
    expect(only(request(span(field(9, text(1, 'k'))))).attributes.get('k')).toBe(null);
    // An empty message merged into a value changes nothing.
    expect(only(request(span(field(9, text(1, 'k'), field(2, text(1, 'a')), field(2))))).attributes.get('k')).toBe('a');
  });

  test('overlong varints up to 10 bytes, as tags, lengths and values', () => {
    expect(valueOf(tag(3, 0), paddedVarint(5, 10))).toBe(5n);
    expect(valueOf(paddedVarint(10, 5), paddedVarint(1, 10), 0x61)).toBe('a');
    expect(valueOf(paddedVarint(16, 3), paddedVarint(0, 9))).toBe(false);
    expect(valueOf(tag(2, 0), varint(2n ** 63n))).toBe(true);
    const name = bytesOf(paddedVarint(5 * 8 + 2, 4), paddedVarint(4, 8), new TextEncoder().encode('name'));
    expect(only(request(span(name))).name).toBe('name');
    expect(
      only(bytesOf(paddedVarint(10, 2), paddedVarint(request(span()).length - 2, 6), request(span()).subarray(2))).name,
    ).toBe('');
  });

  test('int64 in full', () => {
    for (const value of [
      0n,
      1n,
      127n,
      128n,
      2n ** 31n,
      2n ** 32n,
      2n ** 35n,
      2n ** 63n - 1n,
      -1n,
      -(2n ** 63n),
      -(2n ** 31n),
    ]) {
      expect(valueOf(integer(3, value))).toBe(value);
    }
  });

  test('unknown fields of every wire type, groups too, at every level', () => {
    const unknown = bytesOf(
      [...tag(1000, 0), ...varint(2n ** 64n - 1n)],
      [...tag(1001, 1), 1, 2, 3, 4, 5, 6, 7, 8],
      field(1002, [1, 2, 3]),
      [...tag(1003, 5), 1, 2, 3, 4],
      [...tag(1004, 3), ...tag(1, 3), ...tag(1, 4), ...tag(7, 0), 5, ...tag(1004, 4)],
    );
    const bytes = bytesOf(
      unknown,
      field(
        1,
        unknown,
        field(1, unknown),
        field(
          2,
          unknown,
          field(1, unknown),
          field(
            2,
            span(
              unknown,
              attribute('k', unknown, integer(3, 1)),
              field(15, unknown),
              field(11, unknown),
              field(13, unknown),
              field(9, unknown),
            ),
          ),
        ),
      ),
      unknown,
    );
    const decoded = only(bytes);
    expect(decoded.attributes).toEqual(
      new Map<string, AttributeValue>([
        ['k', 1n],
        ['', null],
      ]),
    );
    expect(decoded.events).toHaveLength(1);
    expect(decoded.links).toHaveLength(1);
  });

  test('text that is not UTF-8 shows as U+FFFD', () => {
    expect(only(request(span(field(5, [0x61, 0xff, 0x62])))).name).toBe('a\ufffdb');
  });

  test('unknown enum values are 0', () => {
    expect(only(request(span(integer(6, 5)))).kind).toBe(5);
    for (const kind of [6, 255, 258, -1, 2n ** 32n + 2n]) {
      expect(decodeOtlpColumns(request(span(integer(6, kind)))).kind[0]).toBe(0);
    }
    for (const code of [3, 257, -1]) {
      expect(decodeOtlpColumns(request(span(field(15, integer(3, code))))).statusCode[0]).toBe(0);
    }
  });

  test('an empty or zero parent id is none, one of another length rejects the span', () => {
    expect(only(request(span(field(4, SPAN_ID)))).parentSpanId).toBe(SPAN_ID_HEX);
    for (const id of [[], [0, 0, 0, 0, 0, 0, 0, 0]]) {
      expect(only(request(span(field(4, id)))).parentSpanId).toBe('');
    }
    for (const id of [[0], [1, 2, 3, 4, 5, 6, 7], [1, 2, 3, 4, 5, 6, 7, 8, 9]]) {
      const { spanCount, rejected } = decodeOtlpColumns(request(span(field(4, id), attribute('k')), span()));
      expect([spanCount, rejected]).toEqual([1, { invalid_parent_span_id: 1 }]);
      // Of a repeated field the last counts.
      expect(only(request(span(field(4, id), field(4, SPAN_ID)))).parentSpanId).toBe(SPAN_ID_HEX);
    }
  });
});
