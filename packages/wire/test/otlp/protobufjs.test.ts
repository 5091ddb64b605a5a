import { arbitrarySpan } from '@throughline/model/testing/arbitraries';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { decodeOtlpProtobuf, encodeExportResponse, encodeOtlpProtobuf, encodeRpcStatus } from '../../src/index.ts';
import { messageType } from './otlp-schema.ts';
import { requestObject } from './random-request.ts';

const Request = messageType('Request');

test('reads what protobufjs writes', () => {
  fc.assert(
    fc.property(fc.array(arbitrarySpan, { maxLength: 4 }), (spans) => {
      const bytes = Request.encode(Request.fromObject(requestObject(spans))).finish();
      expect(decodeOtlpProtobuf(bytes)).toEqual({ spans, rejected: {} });
    }),
  );
});

test('protobufjs reads what is written here', () => {
  fc.assert(
    fc.property(arbitrarySpan, (span) => {
      const options = { longs: String, bytes: Array, defaults: true } as const;
      const read = Request.toObject(Request.decode(encodeOtlpProtobuf([span])), options);
      const expected = Request.toObject(
        Request.decode(Request.encode(Request.fromObject(requestObject([span]))).finish()),
        options,
      );
      // An empty resource, scope or status is not written, which a decoder shows as null and not as an empty message.
      const resourceSpans = expected['resourceSpans'][0];
      const scopeSpans = resourceSpans.scopeSpans[0];
      const { resource, status } = span;
      const { name, version, attributes, droppedAttributesCount } = span.scope;
      if (resource.attributes.size + resource.droppedAttributesCount === 0) resourceSpans.resource = null;
      if (name + version === '' && attributes.size + droppedAttributesCount === 0) scopeSpans.scope = null;
      if (status.code === 0 && status.message === '') scopeSpans.spans[0].status = null;
      expect(read).toEqual(expected);
    }),
  );
});

test('export responses', () => {
  const Response = messageType('Response');
  const read = (bytes: Uint8Array): unknown => Response.toObject(Response.decode(bytes), { longs: String });
  expect(encodeExportResponse({ rejectedSpans: 0, errorMessage: '' }, 'protobuf')).toHaveLength(0);
  expect(read(encodeExportResponse({ rejectedSpans: 3, errorMessage: 'bad ids' }, 'protobuf'))).toEqual({
    partialSuccess: { rejectedSpans: '3', errorMessage: 'bad ids' },
  });
  expect(read(encodeExportResponse({ rejectedSpans: 0, errorMessage: 'careful' }, 'protobuf'))).toEqual({
    partialSuccess: { errorMessage: 'careful' },
  });
  expect(read(encodeExportResponse({ rejectedSpans: 2 ** 40, errorMessage: '' }, 'protobuf'))).toEqual({
    partialSuccess: { rejectedSpans: String(2 ** 40) },
  });
});

test('statuses with and without a retry delay', () => {
  const Status = messageType('RpcStatus');
  const RetryInfo = messageType('RetryInfo');
  const read = (bytes: Uint8Array): Record<string, unknown> => Status.toObject(Status.decode(bytes));
  expect(read(encodeRpcStatus({ code: 3, message: 'no' }, 'protobuf'))).toEqual({ code: 3, message: 'no' });
  for (const [retryDelayMs, retryDelay] of [
    [0, {}],
    [999, { nanos: 999_000_000 }],
    [2000, { seconds: '2' }],
    [61_250, { seconds: '61', nanos: 250_000_000 }],
  ] as const) {
    const value = Uint8Array.from(RetryInfo.encode(RetryInfo.fromObject({ retryDelay })).finish());
    expect(read(encodeRpcStatus({ code: 14, message: '', retryDelayMs }, 'protobuf'))).toEqual({
      code: 14,
      details: [{ typeUrl: 'type.googleapis.com/google.rpc.RetryInfo', value }],
    });
  }
});
