import {
  EXPORT_DURATION,
  exporterAttributes,
  type MetricAttributes,
  NUMBER_METRICS,
  withErrorType,
} from './metric-definitions.ts';
import type { OverheadSnapshot } from './overhead-snapshot.ts';

/** Prometheus' names of units; those in braces have none. */
const UNIT_SUFFIXES: ReadonlyMap<string, string> = new Map([
  ['s', '_seconds'],
  ['By', '_bytes'],
]);

/** Text format 0.0.4, with names as OpenTelemetry's compatibility specification makes them of its own. */
export function prometheusText(snapshot: OverheadSnapshot): string {
  const lines: string[] = [];
  for (const { name, kind, unit, description, read } of NUMBER_METRICS) {
    const points = read(snapshot);
    if (points.length === 0) continue;
    const family = `${familyName(name, unit)}${kind === 'counter' ? '_total' : ''}`;
    lines.push(...head(family, kind === 'counter' ? 'counter' : 'gauge', description));
    for (const { attributes, value } of points) lines.push(`${family}${labels(attributes)} ${value}`);
  }
  lines.push(...exportDurations(snapshot));
  return `${lines.join('\n')}\n`;
}

function exportDurations({ queues }: OverheadSnapshot): readonly string[] {
  const family = familyName(EXPORT_DURATION.name, EXPORT_DURATION.unit);
  const lines = queues.flatMap((queue) =>
    queue.durations.flatMap(({ failureReason, bucketCounts, count, sumSeconds }) => {
      const attributes = withErrorType(exporterAttributes(queue), failureReason);
      let upTo = 0;
      const buckets = EXPORT_DURATION.boundaries.map((bound, index) => {
        upTo += bucketCounts[index] ?? 0;
        return `${family}_bucket${labels({ ...attributes, le: String(bound) })} ${upTo}`;
      });
      return [
        ...buckets,
        `${family}_bucket${labels({ ...attributes, le: '+Inf' })} ${count}`,
        `${family}_sum${labels(attributes)} ${sumSeconds}`,
        `${family}_count${labels(attributes)} ${count}`,
      ];
    }),
  );
  return lines.length === 0 ? [] : [...head(family, 'histogram', EXPORT_DURATION.description), ...lines];
}

function head(family: string, type: string, description: string): readonly string[] {
  return [`# HELP ${family} ${description}`, `# TYPE ${family} ${type}`];
}

/** A name that ends in its unit already does not get it twice. */
function familyName(name: string, unit: string): string {
  const family = sanitized(name);
  const suffix = UNIT_SUFFIXES.get(unit) ?? '';
  return family.endsWith(suffix) ? family : `${family}${suffix}`;
}

function labels(attributes: MetricAttributes): string {
  const pairs = Object.entries(attributes).map(([key, value]) => `${sanitized(key)}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function sanitized(name: string): string {
  return name.replaceAll(/\W/g, '_');
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
