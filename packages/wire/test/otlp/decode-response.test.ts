import { describe, expect, test } from 'vitest';
import { decodeExportResponse, decodeRpcStatus } from '../../src/otlp/decode-response.ts';
import { encodeExportResponse, encodeRpcStatus } from '../../src/otlp/encode-response.ts';

describe('decodeExportResponse', () => {
  test.each([
    { rejectedSpans: 0, errorMessage: '' },
    { rejectedSpans: 1, errorMessage: 'no trace id' },
    { rejectedSpans: 2 ** 40, errorMessage: 'ümlaut' },
    { rejectedSpans: 0, errorMessage: 'a warning' },
  ])('reads what encodeExportResponse writes: %o', (outcome) => {
    expect(decodeExportResponse(encodeExportResponse(outcome, 'protobuf'))).toEqual(outcome);
  });

  test('skips what it does not know', () => {
    expect(decodeExportResponse(Uint8Array.of(0x78, 1, 10, 4, 8, 3, 0x78, 1))).toEqual({
      rejectedSpans: 3,
      errorMessage: '',
    });
  });

  test.each([[[10, 5, 8]], [[10]], [[10, 1, 8]], [[0x3c]]])('refuses %j as malformed', (bytes) => {
    expect(() => decodeExportResponse(Uint8Array.from(bytes))).toThrow(
      expect.objectContaining({ code: 'malformed_payload' }),
    );
  });
});

describe('decodeRpcStatus', () => {
  test.each([
    { code: 3, message: 'bad' },
    { code: 14, message: 'overloaded: later', retryDelayMs: 1_500 },
    { code: 8, message: '', retryDelayMs: 0 },
    { code: 14, message: '', retryDelayMs: 2 ** 40 },
  ])('reads what encodeRpcStatus writes: %o', (status) => {
    expect(decodeRpcStatus(encodeRpcStatus(status, 'protobuf'))).toEqual(status);
  });

  test('skips details of other types', () => {
    const any = [10, 5, ...new TextEncoder().encode('x/y.Z'), 18, 2, 10, 0];
    expect(decodeRpcStatus(Uint8Array.from([8, 14, 26, any.length, ...any]))).toEqual({ code: 14, message: '' });
  });

  test('a negative delay is none', () => {
    const minusOne = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1];
    const type = new TextEncoder().encode('type.googleapis.com/google.rpc.RetryInfo');
    const any = [10, type.length, ...type, 18, 13, 10, 11, 8, ...minusOne];
    expect(decodeRpcStatus(Uint8Array.from([26, any.length, ...any]))).toMatchObject({ retryDelayMs: 0 });
  });

  test('refuses what is no status', () => {
    expect(() => decodeRpcStatus(new TextEncoder().encode('<html>'))).toThrow(
      expect.objectContaining({ code: 'malformed_payload' }),
    );
  });
});
