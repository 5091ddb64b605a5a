import { serviceName, type Span } from '@throughline/model';
import type { ServiceOperation, TimeWindow } from '../span-store.ts';
import { startsInMinutesOf } from './select-spans.ts';

/** The names of the services with a span in a minute that the window touches, sorted. */
export function servicesOf(spans: Iterable<Span>, window: TimeWindow | undefined): readonly string[] {
  const services = new Set<string>();
  for (const span of spans) if (startsInMinutesOf(span, window)) services.add(serviceName(span.resource));
  return [...services].sort();
}

/** As above, of one service, by name, then kind. */
export function operationsOf(
  spans: Iterable<Span>,
  service: string,
  window: TimeWindow | undefined,
): readonly ServiceOperation[] {
  const operations = new Map<string, ServiceOperation>();
  for (const span of spans) {
    const { name, kind } = span;
    if (serviceName(span.resource) !== service || !startsInMinutesOf(span, window)) continue;
    operations.set(`${kind} ${name}`, { name, kind });
  }
  return [...operations.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.kind - b.kind));
}
