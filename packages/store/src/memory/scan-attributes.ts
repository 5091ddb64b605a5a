import { serviceName, type Span, type Trace } from '@throughline/model';
import { NameTally, ValueTally } from '../attributes/attribute-tally.ts';
import type {
  AttributeNames,
  AttributeScan,
  AttributeValues,
  AttributeValueScan,
} from '../attributes/attribute-types.ts';

/** What is scanned: each trace with its stored spans, copies included. */
export interface ScannedTrace {
  readonly stored: readonly Span[];
  readonly assembled: Trace;
}

export function scanAttributeNames(traces: readonly ScannedTrace[], scan: AttributeScan): AttributeNames {
  const { spans, scanLimited } = scannedSpans(traces, scan);
  const tally = new NameTally();
  for (const { attributes, resource } of spans) {
    tally.addAll('span', attributes);
    tally.addAll('resource', resource.attributes);
  }
  return { names: tally.names(), scanLimited };
}

export function scanAttributeValues(
  traces: readonly ScannedTrace[],
  name: string,
  scan: AttributeValueScan,
): AttributeValues {
  const { spans, scanLimited } = scannedSpans(traces, scan);
  const tally = new ValueTally();
  for (const span of spans) {
    if (scan.service !== undefined && serviceName(span.resource) !== scan.service) continue;
    const { attributes } = scan.scope === 'span' ? span : span.resource;
    tally.add(attributes.get(name), span.weight);
  }
  return { values: tally.mostFrequent(scan.limit), scanLimited };
}

/** The distinct spans among the newest stored ones. */
function scannedSpans(
  traces: readonly ScannedTrace[],
  { window, maxSpanCount }: AttributeScan,
): { readonly spans: readonly Span[]; readonly scanLimited: boolean } {
  const isWithin = ({ startTimeUnixNano: start }: Span): boolean =>
    window === undefined || (start >= window.fromUnixNano && start < window.toUnixNano);
  const starts = traces.flatMap(({ stored }) => stored.filter(isWithin).map((span) => span.startTimeUnixNano));
  starts.sort((a, b) => (a > b ? -1 : a < b ? 1 : 0));
  const tooOld = starts[maxSpanCount];
  return {
    spans: traces.flatMap(({ assembled }) =>
      assembled.spans.filter((span) => isWithin(span) && (tooOld === undefined || span.startTimeUnixNano > tooOld)),
    ),
    scanLimited: tooOld !== undefined,
  };
}
