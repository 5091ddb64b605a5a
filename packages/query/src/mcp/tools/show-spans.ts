import { type Attributes, type AttributeValue, isAttributes } from '@throughline/model';
import { decodeResource, decodeSpanDetails } from '@throughline/wire';
import { z } from 'zod';
import { id, ms, own, type Row, type Scalar, spanReference, type Value } from '../answer.ts';
import { defineTool, type McpTool, spanText } from '../tool.ts';
import { columnReasons, rowOfSpan, spanIdAt, spanRow } from '../trace-rows.ts';

const MAX_SPANS = 10;

const input = {
  trace_id: spanText('Hex, 1 to 32 digits'),
  span_ids: z.array(spanText('Hex, 1 to 16 digits')).min(1).max(MAX_SPANS),
};

export const showSpansTool: McpTool = defineTool({
  name: 'show_spans',
  title: 'Show spans',
  description:
    `All that is known of up to ${MAX_SPANS} spans of one trace: times, status, attributes, events such as exceptions, links ` +
    'and the resource they ran on.',
  input,
  async answer({ trace_id: traceId, span_ids: spanIds }, { client, links, signal }) {
    const { columns, incomplete } = await client.getTraceColumns(traceId, { signal });
    const spans = spanIds.map((written) => {
      const row = rowOfSpan(columns, written);
      const { span_id: spanId, ...rest } = spanRow(columns, row);
      return { row, spanId, rest, details: decodeSpanDetails(columns, row) };
    });
    const resources = [...new Set(spans.map(({ row }) => columns.resource[row] ?? 0))];
    return {
      title: 'Spans of a trace',
      facts: { trace_id: id(columns.traceId) },
      sections: [
        {
          name: 'spans',
          title: 'as asked',
          rows: spans.map(({ row, spanId, rest, details }) => ({
            span_id: spanId,
            ...rest,
            status_message: details.status.message === '' ? undefined : details.status.message,
            resource: columns.resource[row],
          })),
        },
        {
          name: 'attributes',
          title: 'of the spans',
          rows: spans.flatMap(({ spanId, details }) => attributeRows(details.attributes, { span_id: spanId })),
        },
        {
          name: 'events',
          title: 'in the order recorded, each followed by its attributes',
          rows: spans.flatMap(({ spanId, details }) =>
            details.events.flatMap((event) => [
              {
                span_id: spanId,
                event: event.name,
                start_offset_ms: ms(Number(event.timeUnixNano - columns.startTimeUnixNano)),
              },
              ...attributeRows(event.attributes, { span_id: spanId }),
            ]),
          ),
        },
        {
          name: 'span_links',
          title: 'to other spans',
          rows: spans.flatMap(({ spanId, details }) =>
            details.links.map((link) => ({ span_id: spanId, linked: spanReference(link.traceId, link.spanId) })),
          ),
        },
        {
          name: 'resources',
          title: 'what the spans ran on',
          rows: resources.flatMap((index) =>
            attributeRows(decodeResource(columns, index).attributes, { resource: index }),
          ),
        },
      ],
      links: Object.fromEntries(
        spans.map(({ row }, index) => [`span_${index + 1}`, links.trace(columns.traceId, spanIdAt(columns, row))]),
      ),
      reasons: columnReasons(incomplete),
      narrow: 'Ask for fewer spans.',
    };
  },
});

function attributeRows(attributes: Attributes, of: Row): readonly Row[] {
  return [...attributes].map(([name, value]) => ({ ...of, name, value: shownValue(value) }));
}

/** A list as a list, what is deeper as text. */
function shownValue(value: AttributeValue): Value {
  return Array.isArray(value) ? value.map((each: AttributeValue) => shownScalar(each)) : shownScalar(value);
}

function shownScalar(value: AttributeValue): Scalar {
  if (value instanceof Uint8Array) return own(textOf(value));
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : own(String(value));
  if (typeof value === 'number') return Number.isFinite(value) ? value : own(String(value));
  return typeof value === 'object' && value !== null ? textOf(value) : value;
}

function textOf(value: AttributeValue): string {
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (isAttributes(value)) return `{${[...value].map(([name, inner]) => `${name}: ${textOf(inner)}`).join(', ')}}`;
  return `[${value.map((each) => textOf(each)).join(', ')}]`;
}
