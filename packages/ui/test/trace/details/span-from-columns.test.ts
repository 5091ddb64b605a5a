import { assembleTrace } from '@throughline/model';
import { buildTraceColumns, decodeOtlpJson, encodeOtlpJson } from '@throughline/wire';
import { expect, it } from 'vitest';

import { spanOfRow } from '../../../src/trace/details/span-from-columns.ts';
import { createDetailsReader } from '../../../src/trace/span-details.ts';

it('gives the spans that the columns were made of', () => {
  const text = JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
        scopeSpans: [
          {
            scope: { name: 'http', version: '1' },
            spans: [
              {
                traceId: '5b8efff798038103d269b633813fc60c',
                spanId: 'eee19b7ec3c1b174',
                flags: 257,
                traceState: 'a=b',
                name: 'root',
                kind: 2,
                startTimeUnixNano: '1700000000000000001',
                endTimeUnixNano: '1700000000000500009',
                attributes: [{ key: 'n', value: { intValue: '7' } }],
                events: [{ timeUnixNano: '1700000000000000005', name: 'e' }],
                links: [{ traceId: '5b8efff798038103d269b633813fc60d', spanId: 'eee19b7ec3c1b175' }],
                status: { code: 2, message: 'bad' },
              },
              {
                traceId: '5b8efff798038103d269b633813fc60c',
                spanId: 'eee19b7ec3c1b175',
                parentSpanId: 'eee19b7ec3c1b174',
                name: 'child',
                kind: 3,
                startTimeUnixNano: '1700000000000000101',
                endTimeUnixNano: '1700000000000000102',
              },
            ],
          },
        ],
      },
    ],
  });
  const { spans } = decodeOtlpJson(text);
  const columns = buildTraceColumns(assembleTrace(spans));
  const details = createDetailsReader(columns);
  const rows = Array.from({ length: columns.spanCount }, (_, row) => spanOfRow(columns, details, row));
  expect(JSON.parse(encodeOtlpJson(rows))).toEqual(JSON.parse(encodeOtlpJson(spans)));
});
