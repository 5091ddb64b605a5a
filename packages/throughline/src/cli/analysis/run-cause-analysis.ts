import type {
  CauseAnswer,
  CauseEvidenceAnswer,
  ChangedSpanAnswer,
  ChangesAnswer,
  ComponentChangeAnswer,
  FeatureAnswer,
  FeatureLiftAnswer,
  OneSidedSpanAnswer,
  OperationChangeAnswer,
  RootCauseAnswer,
  SetComparisonAnswer,
  TraceComparisonAnswer,
} from '@throughline/query/client';
import { explainQueryErrors } from '../client/explain-query-errors.ts';
import { formatTraceHeading } from '../trace/trace-heading.ts';
import { formatCriticalPath, formatPatterns } from '../trace/trace-analysis.ts';
import { incompletenessLines, issueLines } from '../trace/trace-issues.ts';
import { formatSummary } from '../trace/trace-summary.ts';
import { counted, formatCount } from '../terminal/count.ts';
import { printable } from '../terminal/printable.ts';
import { serviceColour } from '../terminal/service-colour.ts';
import { type Column, formatTable } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type AnalysisRun, formatNano, formatPercent, formatSeconds, showJson, showNotes } from './analysis-run.ts';
import { formatErrors } from './run-service-analysis.ts';

type Screen = Pick<Terminal, 'columns' | 'colours'>;

export interface ReferenceOptions {
  readonly limit?: number;
  /** Instants, as the API takes them. */
  readonly reference: { readonly reference_start_time?: string; readonly reference_end_time?: string };
}

/** All that is known about why one trace took as long as it did. */
export async function runDiagnose(run: AnalysisRun, traceId: string): Promise<void> {
  const analysis = await run.client.analyzeTrace(traceId);
  if (showJson(run, analysis)) return;
  const { terminal } = run;
  const { columns, incomplete } = await run.client.getTraceColumns(traceId);
  const { colours } = terminal;
  const parts = [
    `${formatTraceHeading(columns, colours)}\n`,
    `${colours.bold('What could be better')}\n${formatPatterns(analysis, terminal)}`,
    `${colours.bold('Where the time went')}\n${formatCriticalPath(analysis, terminal)}`,
    `${colours.bold('By service and operation')}\n${formatSummary(columns, terminal)}`,
  ];
  await terminal.outSlowly(parts.join('\n'));
  const notes = [...issueLines(columns), ...incompletenessLines(incomplete)];
  if (notes.length > 0) terminal.out(`\n${notes.map((note) => `${colours.yellow('!')} ${note}\n`).join('')}`);
}

/** Two traces by their ids, or two sets by TraceQL. */
export async function runCompare(run: AnalysisRun, a: string, b: string, limit: number): Promise<void> {
  const { terminal } = run;
  if (!a.includes('{') || !b.includes('{')) {
    const answer = await run.client.compareTraces(a, b);
    if (showJson(run, answer)) return;
    terminal.out(formatComparison(answer, limit, terminal));
    showNotes(run, answer);
    return;
  }
  const answer = await explainQueryErrors(a, () => run.client.compareSets(a, b, { ...run.window, limit }));
  if (showJson(run, answer)) return;
  terminal.out(formatSets(answer, terminal));
  showNotes(run, answer);
}

type DiffRow = { readonly what: string; readonly span: OneSidedSpanAnswer | ChangedSpanAnswer };

function formatComparison(answer: TraceComparisonAnswer, limit: number, screen: Screen): string {
  const { colours } = screen;
  const rows: DiffRow[] = (['slower', 'faster', 'added', 'removed', 'reordered'] as const).flatMap((what) =>
    answer[what].slice(0, limit).map((span) => ({ what, span })),
  );
  const delta = answer.duration_delta_nano;
  const length =
    delta === 0 ? 'as long as' : delta > 0 ? `${formatNano(delta)} longer than` : `${formatNano(-delta)} shorter than`;
  const heading = `b ${colours.bold(printable(answer.b))} is ${length} a ${printable(answer.a)}\n`;
  if (rows.length === 0) return `${heading}No differences.\n`;
  const layout: readonly Column<DiffRow>[] = [
    { title: 'IN B', text: ({ what }) => what },
    {
      title: 'DURATION',
      text: ({ span }) => ('duration_delta_nano' in span ? signed(span.duration_delta_nano) : ''),
      align: 'right',
    },
    {
      title: 'ON THE PATH',
      text: ({ what, span }) =>
        'critical_delta_nano' in span
          ? signed(span.critical_delta_nano)
          : signed(what === 'added' ? span.critical_nano : -span.critical_nano),
      align: 'right',
    },
    {
      title: 'SERVICE',
      text: ({ span }) => printable(span.service),
      paint: (text, { span }) => serviceColour(colours, span.service)(text),
    },
    {
      title: 'OPERATION',
      text: ({ span }) =>
        printable(span.operation) +
        ('span_count' in span && span.span_count > 1 ? ` (${counted(span.span_count, 'span')})` : ''),
      shrinks: true,
    },
    { title: 'SPAN', text: ({ span }) => printable('span_id' in span ? span.span_id : span.b_span_id) },
  ];
  return heading + formatTable(rows, layout, screen);
}

function formatSets(answer: SetComparisonAnswer, screen: Screen): string {
  const { a, b } = answer;
  const parts = [
    `a: ${counted(a.read_trace_count, 'trace')} of ${printable(a.query)}\n` +
      `b: ${counted(b.read_trace_count, 'trace')} of ${printable(b.query)}, ${signed(answer.delta_mean_duration_nano)} on average\n`,
  ];
  const features = [...answer.attributes, ...answer.structure];
  if (features.length > 0) parts.push(formatFeatures(features, screen, ['IN A', 'IN B']));
  if (answer.components.length > 0) parts.push(formatComponents(answer.components, screen));
  if (parts.length === 1) parts.push('Nothing sets them apart.\n');
  return parts.join('\n');
}

function formatComponents(components: readonly ComponentChangeAnswer[], screen: Screen): string {
  const layout: readonly Column<ComponentChangeAnswer>[] = [
    { title: 'ON THE PATH IN A', text: ({ a_mean_nano: nano }) => formatNano(nano), align: 'right' },
    { title: 'IN B', text: ({ b_mean_nano: nano }) => formatNano(nano), align: 'right' },
    { title: 'DIFFERENCE', text: ({ delta_mean_nano: nano }) => signed(nano), align: 'right' },
    {
      title: 'SERVICE',
      text: ({ service }) => printable(service),
      paint: (text, { service }) => serviceColour(screen.colours, service)(text),
    },
    { title: 'OPERATION', text: ({ operation }) => printable(operation), shrinks: true },
  ];
  return formatTable(components, layout, screen);
}

export async function runChanges(
  run: AnalysisRun,
  { service, limit, reference }: ReferenceOptions & { readonly service?: string },
): Promise<void> {
  const answer = await run.client.changes({ ...run.window, ...reference, service, limit });
  if (showJson(run, answer)) return;
  const { terminal } = run;
  terminal.out(formatChanges(answer, terminal));
  showNotes(run, answer);
}

const SPLIT: Readonly<Record<ChangesAnswer['split']['chosen'], string>> = {
  operation_change: 'when the most significant change began',
  window_start: 'when the window begins',
  middle_of_data: 'the middle of the data, as there is none before the window',
};

function formatChanges(answer: ChangesAnswer, screen: Screen): string {
  const { colours } = screen;
  const { split } = answer;
  const parts: string[] = [
    answer.operations.length === 0
      ? 'No operation is slower, faster, failing or recovered.\n'
      : formatOperationChanges(answer.operations, screen),
    `${colours.bold(`Since ${formatSeconds(split.time)}`)} (${SPLIT[split.chosen]}): ` +
      `${counted(split.before.read_trace_count, 'trace')} before, ${counted(split.after.read_trace_count, 'trace')} after\n`,
  ];
  if (answer.new_services.length > 0) parts.push(`New services: ${answer.new_services.map(printable).join(', ')}\n`);
  if (answer.new_edges.length > 0) {
    const edges = answer.new_edges.map(
      ({ parent, child, call_count: count }) =>
        `${printable(parent)} → ${printable(child)} (${counted(Math.round(count), 'call')})`,
    );
    parts.push(`New calls: ${edges.join(', ')}\n`);
  }
  if (answer.new_errors.length > 0) {
    parts.push(`${colours.bold('New errors')}\n${formatErrors(answer.new_errors, screen)}`);
  }
  if (answer.features.length > 0) parts.push(formatFeatures(answer.features, screen, ['BEFORE', 'AFTER']));
  return parts.join('\n');
}

function formatOperationChanges(changes: readonly OperationChangeAnswer[], screen: Screen): string {
  const { colours } = screen;
  const isRate = ({ kind }: OperationChangeAnswer): boolean => kind === 'failing' || kind === 'recovered';
  const level = (change: OperationChangeAnswer, value: number): string =>
    isRate(change) ? formatPercent(value) : formatNano(value);
  const layout: readonly Column<OperationChangeAnswer>[] = [
    {
      title: 'CHANGE',
      text: ({ kind }) => kind,
      paint: (text, { kind }) =>
        kind === 'failing' ? colours.red(text) : kind === 'slower' ? colours.yellow(text) : colours.green(text),
    },
    { title: 'SINCE', text: ({ since_time: at }) => formatSeconds(at) },
    { title: 'UNTIL', text: ({ until_time: at }) => (at === null ? 'now' : formatSeconds(at).slice(11)) },
    {
      title: 'SERVICE',
      text: ({ service }) => printable(service),
      paint: (text, { service }) => serviceColour(colours, service)(text),
    },
    { title: 'OPERATION', text: ({ operation }) => printable(operation), shrinks: true },
    { title: 'CALLS', text: ({ after_count: calls }) => formatCount(Math.round(calls)), align: 'right' },
    { title: 'BEFORE', text: (change) => level(change, change.before), align: 'right' },
    { title: 'AFTER', text: (change) => level(change, change.after), align: 'right' },
  ];
  return formatTable(changes, layout, screen);
}

export async function runRootCause(run: AnalysisRun, { limit, reference }: ReferenceOptions): Promise<void> {
  const answer = await run.client.rootCauses({ ...run.window, ...reference, limit });
  if (showJson(run, answer)) return;
  const { terminal } = run;
  terminal.out(formatRootCauses(answer, terminal));
  showNotes(run, answer);
}

/** Candidates below this of the best are not worth a line. */
const MIN_SCORE_SHARE = 0.1;
const MAX_EVIDENCE = 3;

function formatRootCauses(answer: RootCauseAnswer, screen: Screen): string {
  const { colours } = screen;
  const best = answer.services[0];
  const against =
    answer.reference !== null
      ? `Against the time from ${formatSeconds(answer.reference.start_time)} to ${formatSeconds(answer.reference.end_time)}`
      : answer.split === null
        ? 'The window shows no deviation'
        : `Since ${formatSeconds(answer.split.time)}` +
          (answer.split.until_time === null ? '' : ` until ${formatSeconds(answer.split.until_time).slice(11)}`) +
          `, against what was ${answer.split.reference}`;
  const heading = `${colours.bold(against)} (${counted(answer.sample.read_trace_count, 'trace')})\n`;
  if (best === undefined) return `${heading}Nothing deviates from what was usual.\n`;
  const shown = answer.services.filter(({ score }) => score >= MIN_SCORE_SHARE * best.score);
  const parts = [heading + formatCauses('SERVICE', shown, screen)];
  parts.push(`${colours.bold(`Evidence for ${printable(best.name)}`)}\n${formatEvidence(best.evidence, screen)}`);
  const instances = answer.instances.filter(({ score }) => score >= MIN_SCORE_SHARE * best.score);
  if (instances.length > 0) parts.push(formatCauses('INSTANCE', instances, screen));
  if (answer.attributes.length > 0) parts.push(formatFeatures(answer.attributes, screen, ['USUALLY', 'TROUBLED']));
  return parts.join('\n');
}

function formatCauses(title: string, causes: readonly CauseAnswer[], screen: Screen): string {
  const layout: readonly Column<CauseAnswer>[] = [
    { title: 'SCORE', text: ({ score }) => score.toFixed(3), align: 'right' },
    {
      title,
      text: ({ name }) => printable(name),
      paint: (text, { name }) => serviceColour(screen.colours, name)(text),
    },
    { title: 'WHY', text: ({ evidence: [first] }) => (first === undefined ? '' : evidenceText(first)), shrinks: true },
  ];
  return formatTable(causes, layout, screen);
}

function formatEvidence(evidence: readonly CauseEvidenceAnswer[], screen: Screen): string {
  const layout: readonly Column<CauseEvidenceAnswer>[] = [
    { title: 'WEIGHT', text: ({ weight }) => weight.toFixed(3), align: 'right' },
    { title: 'WHAT', text: evidenceText, shrinks: true },
    { title: 'A TRACE', text: ({ samples: [first] }) => printable(first?.trace_id ?? '') },
  ];
  return formatTable(evidence.slice(0, MAX_EVIDENCE), layout, screen);
}

/** `catalog shop.Catalog/Get: 41 of 310 spans take longer than 12ms, by 400ms`. */
function evidenceText(evidence: CauseEvidenceAnswer): string {
  const { kind, affected_count: affected, observation_count: all, callee } = evidence;
  const to = callee === null ? '' : ` → ${printable(callee)}`;
  const where = `${printable(evidence.service)} ${printable(evidence.operation)}${to}`;
  const spans = `${formatCount(affected)} of ${counted(all, 'span')}`;
  switch (kind) {
    case 'slower':
      return `${where}: ${spans} work longer than ${formatNano(evidence.usual_nano)}, by ${formatNano(evidence.excess_nano)}`;
    case 'failing':
      return `${where}: ${spans} fail`;
    case 'work_missing':
      return `${where}: ${spans} lack work that such spans do`;
    case 'work_repeated':
      return `${where}: ${spans} make many more calls than such spans do, for ${formatNano(evidence.excess_nano)}`;
    case 'callee_missing':
      return `${where}: ${spans} arrive nowhere`;
  }
}

function formatFeatures(
  features: readonly FeatureLiftAnswer[],
  screen: Screen,
  [before, after]: readonly [string, string],
): string {
  const { colours } = screen;
  const layout: readonly Column<FeatureLiftAnswer>[] = [
    { title: before, text: ({ before_share: share }) => formatPercent(share), align: 'right' },
    { title: after, text: ({ after_share: share }) => formatPercent(share), align: 'right' },
    {
      title: 'SERVICE',
      text: ({ service }) => printable(service),
      paint: (text, { service }) => serviceColour(colours, service)(text),
    },
    { title: 'OF THE TRACES HAVE', text: liftText, shrinks: true },
  ];
  return formatTable(features, layout, screen);
}

/** With what is in exactly the same traces. */
function liftText(lift: FeatureLiftAnswer): string {
  const { equals, equal_count: count } = lift;
  const [first] = equals;
  if (first === undefined) return featureText(lift);
  const others = count === 1 ? '' : ` and ${count - 1} more`;
  return `${featureText(lift)} (the same traces: ${printable(first.service)} ${featureText(first)}${others})`;
}

function featureText({ kind, key, value, operation, callee }: FeatureAnswer): string {
  switch (kind) {
    case 'attribute':
      return `${printable(key ?? '')} = ${printable(value ?? '')}`;
    case 'operation':
      return `operation ${printable(operation ?? '')}`;
    case 'edge':
      return `a call to ${printable(callee ?? '')}`;
    case 'error':
      return `an error in ${printable(operation ?? '')}`;
  }
}

function signed(nano: number): string {
  if (nano === 0) return '0';
  return nano > 0 ? `+${formatNano(nano)}` : `-${formatNano(-nano)}`;
}
