import { encodeExportResponse } from '@throughline/wire';
import { expect, test } from 'vitest';
import { contractBatch, noAbort } from '../../testing/exporter-contract.ts';
import { httpCases } from './http-cases.ts';
import { startHttpReceiver, status } from './http-receiver.ts';

test.each([
  ['OTLP protobuf', encodeExportResponse({ rejectedSpans: 3, errorMessage: 'too old' }, 'protobuf'), 3, 'too old'],
  [
    'OTLP protobuf',
    encodeExportResponse({ rejectedSpans: 9, errorMessage: 'more than sent' }, 'protobuf'),
    4,
    'more than sent',
  ],
  ['OTLP JSON', '{"partialSuccess":{"rejectedSpans":"3","errorMessage":"too old"}}', 3, 'too old'],
  ['OTLP JSON', '{"partialSuccess":{"rejectedSpans":3}}', 3, undefined],
  ['simple list', '{"status":"ok","received":1}', 3, '1 of 4 spans were received'],
])(
  '%s: what the receiver did not take is dropped, and not sent again (%#)',
  async (name, body, droppedCount, message) => {
    await using receiver = await startHttpReceiver(status(200, {}, body));
    const exporter = httpCases[name]?.create(receiver.origin);
    expect(await exporter?.export(contractBatch(), noAbort())).toEqual({
      exportedCount: 4 - droppedCount,
      droppedCount,
      dropReason: 'rejected',
      ...(message === undefined ? {} : { message }),
    });
    expect(receiver.requests.length).toBe(1);
    await exporter?.shutdown();
  },
);

test.each([
  [
    'OTLP protobuf',
    encodeExportResponse({ rejectedSpans: 0, errorMessage: 'use fewer keys' }, 'protobuf'),
    'use fewer keys',
  ],
  ['OTLP JSON', '{"partialSuccess":{"errorMessage":"use fewer keys"}}', 'use fewer keys'],
])('%s: a warning is passed on', async (name, body, message) => {
  await using receiver = await startHttpReceiver(status(200, {}, body));
  const exporter = httpCases[name]?.create(receiver.origin);
  expect(await exporter?.export(contractBatch(), noAbort())).toEqual({ exportedCount: 4, droppedCount: 0, message });
  await exporter?.shutdown();
});

test.each([
  ['OTLP JSON', '{}'],
  ['OTLP JSON', ''],
  ['OTLP JSON', '{"partialSuccess":null}'],
  ['simple list', '{"received":4}'],
  ['simple list', '[]'],
])('%s: %s is success', async (name, body) => {
  await using receiver = await startHttpReceiver(status(200, {}, body));
  const exporter = httpCases[name]?.create(receiver.origin);
  expect(await exporter?.export(contractBatch(), noAbort())).toEqual({ exportedCount: 4, droppedCount: 0 });
  await exporter?.shutdown();
});
