import { writeFile } from 'node:fs/promises';
import { CodedError } from '@throughline/model';
import type { Server } from '../client/client-options.ts';
import { connect } from '../client/connect.ts';
import { type Window, windowParameters } from '../client/time-options.ts';
import { messageOf } from '../error-message.ts';
import type { ReportOptions } from '../report-command.ts';
import { formatBytes } from '../terminal/count.ts';
import { printable } from '../terminal/printable.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { buildReport } from './build-report.ts';
import { gather } from './gather.ts';
import { formatReport } from './report-text.ts';

export async function runReport(request: {
  readonly terminal: Terminal;
  readonly server: Server;
  readonly options: ReportOptions;
  readonly window: Window;
  readonly nowUnixNano: () => bigint;
}): Promise<void> {
  const { terminal, server, options, nowUnixNano } = request;
  const client = connect(server);
  const sources = await gather(client, windowParameters(request.window), { maxServices: options.services });
  const built = await buildReport(client, sources, {
    serverUrl: server.url,
    tenant: options.tenant,
    generatedTime: Number(nowUnixNano() / 1_000_000n) / 1_000,
  });
  if (options.json === true) {
    await terminal.outSlowly(`${JSON.stringify(built.report)}\n`);
    return;
  }
  if (options.html === undefined) {
    await terminal.outSlowly(formatReport(built.report, terminal));
    return;
  }
  const { reportPage } = await import('./html/page.ts');
  const page = await reportPage(built);
  if (options.html === '-') {
    await terminal.outSlowly(page);
    return;
  }
  await write(options.html, page);
  terminal.out(`${[built.report.verdict, ...built.report.summary].map(printable).join('\n')}\n`);
  terminal.err(`The report is in ${options.html} (${formatBytes(Buffer.byteLength(page))}).\n`);
}

async function write(path: string, page: string): Promise<void> {
  try {
    await writeFile(path, page);
  } catch (cause) {
    throw new CodedError('cannot_write_file', `Cannot write ${path}: ${messageOf(cause)}`, { cause });
  }
}
