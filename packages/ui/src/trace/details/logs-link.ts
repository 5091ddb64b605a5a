/** What a template of a logs link can be filled with. */
export interface LogsLinkValues {
  readonly traceId: string;
  readonly spanId: string;
  readonly service: string;
  readonly startUnixNano: bigint;
  readonly endUnixNano: bigint;
}

/**
 * The address of a span's logs; undefined if the template is not one of the web. Values are encoded, so that none of
 * them can change what the address leads to.
 */
export function logsLink(template: string, values: LogsLinkValues): string | undefined {
  const startMs = Number(values.startUnixNano / 1_000_000n);
  // Up to the next millisecond, so that the last line is in it.
  const endMs = Number((values.endUnixNano + 999_999n) / 1_000_000n);
  const fields: Readonly<Record<string, string>> = {
    trace_id: values.traceId,
    span_id: values.spanId,
    service: values.service,
    start: String(startMs),
    end: String(endMs),
    start_iso: new Date(startMs).toISOString(),
    end_iso: new Date(endMs).toISOString(),
  };
  const address = template.replaceAll(/\{(\w+)\}/g, (written, name: string) => {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    return value === undefined ? written : encodeURIComponent(value);
  });
  if (!URL.canParse(address)) return undefined;
  const { protocol, href } = new URL(address);
  return protocol === 'https:' || protocol === 'http:' ? href : undefined;
}
