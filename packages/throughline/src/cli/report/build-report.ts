import {
  type FeatureLiftAnswer,
  type QueryClient,
  QueryClientError,
  type TraceColumns,
} from '@throughline/query/client';
import { errorFindings, errorsToFollow } from './error-findings.ts';
import { readColumns, type Sources } from './gather.ts';
import { linksTo } from './links.ts';
import type { DrawnTrace, Report, Suspect } from './report.ts';
import { rankSuspects, withMarks } from './suspects.ts';
import { verdictOf } from './verdict.ts';

/** Suspects whose troubled traces are compared with the others, and whose traces are drawn. */
const MAX_MARKED = 2;
const MAX_DRAWN = 4;
const MAX_MARKS = 4;
/** Traces of each set: a mark shows in a few. */
const COMPARED_TRACES = 200;

export interface BuiltReport {
  readonly report: Report;
  /** By suspect's service. */
  readonly drawn: ReadonlyMap<string, DrawnTrace>;
  /** The slowest request of each critical path, by its service. */
  readonly slowest: ReadonlyMap<string, DrawnTrace>;
}

export async function buildReport(
  client: QueryClient,
  sources: Sources,
  about: { readonly serverUrl: string; readonly tenant: string | undefined; readonly generatedTime: number },
): Promise<BuiltReport> {
  const links = linksTo(about.serverUrl, sources.window);
  const groups = errorsToFollow(sources);
  const ofErrors = await readColumns(
    client,
    groups.flatMap(({ samples: [sample] }) => sample?.trace_id ?? []),
  );
  const errors = errorFindings(groups, sources, ofErrors, links);
  const ranked = rankSuspects(sources, errors, links);
  const suspects = await Promise.all(
    ranked.map(async (suspect, index) =>
      index < MAX_MARKED ? withMarks(suspect, await marksOf(client, sources, suspect)) : suspect,
    ),
  );
  const slow = sources.criticalPath.flatMap(({ service, slowest: [first] }) =>
    first === undefined ? [] : [{ service, sample: links.span(first) }],
  );
  const wanted = [...suspects.slice(0, MAX_DRAWN), ...slow].flatMap(({ sample }) => sample?.trace_id ?? []);
  const missing = await readColumns(
    client,
    wanted.filter((traceId) => !ofErrors.has(traceId)),
  );
  const traces = new Map([...ofErrors, ...missing]);
  const rank = new Map(suspects.map(({ service }, index) => [service, index]));
  const unanswered = [
    ...(sources.rootCauses === null ? ['root causes'] : []),
    ...(sources.changes === null ? ['changes'] : []),
  ];
  const report: Report = {
    generated_time: about.generatedTime,
    server: about.serverUrl,
    tenant: about.tenant ?? null,
    window: sources.window,
    trace_count: sources.rootCauses?.sample.trace_count ?? null,
    ...verdictOf(suspects, sources.services, sources.criticalPath, unanswered),
    suspects,
    errors,
    critical_path: sources.criticalPath,
    services: sources.services.toSorted(
      (a, b) =>
        (rank.get(a.service) ?? suspects.length) - (rank.get(b.service) ?? suspects.length) ||
        (a.health?.score ?? 101) - (b.health?.score ?? 101) ||
        b.request_count - a.request_count,
    ),
    omitted_services: sources.omittedServices,
    dependencies: sources.dependencies,
    slow: sources.slow,
    root_causes: sources.rootCauses,
    changes: sources.changes,
    complete: sources.reasons.length === 0,
    reasons: sources.reasons,
  };
  return {
    report,
    drawn: drawnTraces(suspects.slice(0, MAX_DRAWN), traces),
    slowest: drawnTraces(slow, traces),
  };
}

/** What the traces with the suspect's strongest evidence have more often than others of the same operation. */
async function marksOf(
  client: QueryClient,
  { parameters }: Sources,
  { service, evidence: [strongest] }: Suspect,
): Promise<readonly FeatureLiftAnswer[]> {
  if (strongest === undefined || strongest.base_query === null) return [];
  try {
    const comparison = await client.compareSets(strongest.base_query, strongest.query, {
      ...parameters,
      traces: COMPARED_TRACES,
    });
    return worthTelling(comparison.attributes, service);
  } catch (error) {
    // The report is worth reading without it.
    if (error instanceof QueryClientError && error.code !== 'unreachable') return [];
    throw error;
  }
}

/** What repeats the symptom (status, error type) explains nothing. */
const SYMPTOM = /^(error|exception|otel\.status|http\.(response\.)?status|rpc\.(response\.)?.*status|db\.response)/;

function worthTelling(lifts: readonly FeatureLiftAnswer[], service: string): readonly FeatureLiftAnswer[] {
  const causes = lifts.filter(({ lift, key }) => lift > 0 && key !== undefined && !SYMPTOM.test(key));
  // The suspect's own marks say more than those of who calls it.
  return causes.toSorted((a, b) => Number(b.service === service) - Number(a.service === service)).slice(0, MAX_MARKS);
}

function drawnTraces(
  chosen: readonly Pick<Suspect, 'service' | 'sample'>[],
  traces: ReadonlyMap<string, TraceColumns>,
): ReadonlyMap<string, DrawnTrace> {
  const drawn = new Map<string, DrawnTrace>();
  for (const { service, sample } of chosen) {
    const columns = sample === null ? undefined : traces.get(sample.trace_id);
    if (columns !== undefined && sample !== null)
      drawn.set(service, { columns, spanId: sample.span_id, url: sample.url });
  }
  return drawn;
}
