import { type Server } from '../client/client-options.ts';
import { connect } from '../client/connect.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { TraceOptions } from '../trace-command.ts';
import { formatCriticalPath, formatPatterns } from './trace-analysis.ts';
import { formatTraceHeading } from './trace-heading.ts';
import { incompletenessLines, issueLines } from './trace-issues.ts';
import { formatSummary, summaryJson } from './trace-summary.ts';
import { formatTree } from './trace-tree.ts';

export async function runTrace(request: {
  readonly terminal: Terminal;
  readonly server: Server;
  readonly traceId: string;
  readonly options: TraceOptions;
}): Promise<void> {
  const { terminal, traceId, options } = request;
  const client = connect(request.server);
  const isAnalysis = options.criticalPath === true || options.patterns === true;
  if (isAnalysis && options.json === true) {
    terminal.out(`${JSON.stringify(await client.analyzeTrace(traceId))}\n`);
    return;
  }
  if (options.json === true && options.summary !== true) {
    // As bytes: nothing is lost by reading it here.
    await terminal.outSlowly(await client.exportTrace(traceId, 'simple'));
    terminal.out('\n');
    return;
  }
  const { columns, incomplete } = await client.getTraceColumns(traceId);
  if (options.json === true) {
    terminal.out(`${JSON.stringify(summaryJson(columns, incomplete))}\n`);
    return;
  }
  const { colours } = terminal;
  terminal.out(`${formatTraceHeading(columns, colours)}\n\n`);
  if (options.summary === true) terminal.out(formatSummary(columns, terminal));
  else if (isAnalysis) {
    const analysis = await client.analyzeTrace(traceId);
    const parts = [
      ...(options.criticalPath === true ? [formatCriticalPath(analysis, terminal)] : []),
      ...(options.patterns === true ? [formatPatterns(analysis, terminal)] : []),
    ];
    await terminal.outSlowly(parts.join('\n'));
  } else for (const lines of formatTree(columns, terminal, options.maxSpans)) await terminal.outSlowly(lines);

  const notes = [...issueLines(columns), ...incompletenessLines(incomplete)];
  if (notes.length > 0) terminal.out(`\n${notes.map((note) => `${colours.yellow('!')} ${note}\n`).join('')}`);
}
