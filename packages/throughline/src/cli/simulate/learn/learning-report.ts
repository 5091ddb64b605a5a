import type { LearningReport } from '@throughline/simulator';
import { counted, formatCount } from '../../terminal/count.ts';
import { printable } from '../../terminal/printable.ts';

export function learningJson(report: LearningReport, out: string): Record<string, unknown> {
  return {
    out,
    spans_read: report.spansRead,
    spans_learnt: report.spansKept,
    traces_learnt: report.tracesKept,
    share_of_traces: report.share,
    traces_too_large: report.tooLargeTraces,
    traces_without_request: report.tracesWithoutRequest,
    requests: report.requests,
    services: report.serviceCount,
    operations: report.operationCount,
    mixed_spans: report.mixedSpans,
    deep_spans: report.deepSpans,
    folded_names: report.foldedNames,
  };
}

/** What was learnt, and what was left out or put together. */
export function learningText(report: LearningReport, out: string): string {
  const lines = [
    `${counted(report.serviceCount, 'service')} with ${counted(report.operationCount, 'operation')} written to ${printable(out)}`,
    `  learnt from   ${counted(report.tracesKept, 'trace')}, ${counted(report.spansKept, 'span')}, ${counted(report.requests, 'request')}`,
  ];
  if (report.share < 1) {
    lines.push(
      `  left out      the rest of ${counted(report.spansRead, 'span')}: --max-spans allows 1 trace in ${formatCount(1 / report.share)}`,
    );
  }
  if (report.tooLargeTraces > 0) {
    lines.push(`  left out      ${counted(report.tooLargeTraces, 'trace')} larger than a quarter of --max-spans`);
  }
  if (report.tracesWithoutRequest > 0) {
    lines.push(
      `  without root  ${counted(report.tracesWithoutRequest, 'trace')}: the first span is missing, or a message`,
    );
  }
  if (report.mixedSpans > 0) {
    lines.push(`  mixed         ${counted(report.mixedSpans, 'span')} that did what few of their kind do`);
  }
  if (report.deepSpans > 0) lines.push(`  as work       ${counted(report.deepSpans, 'span')} nested too deeply`);
  if (report.foldedNames > 0) lines.push(`  as "other"    ${counted(report.foldedNames, 'rare name')} of spans`);
  return `${lines.join('\n')}\n`;
}
