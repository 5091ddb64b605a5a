import { QueryClientError } from '@throughline/query/client';

import { hrefOf } from '../navigation/location.ts';

/** What became of an uploaded file; `POST /v1/import` answers it. */
export interface Imported {
  readonly span_count: number;
  readonly trace_count: number;
  /** The first of them. */
  readonly trace_ids: readonly string[];
  readonly rejected: Readonly<Record<string, number>>;
  readonly problem_count: number;
  readonly problems: readonly { readonly message: string; readonly line?: number }[];
}

/** Sends a file of traces, of any format that the server reads. @throws QueryClientError */
export async function uploadFile(file: Blob, signal: AbortSignal): Promise<Imported> {
  let response: Response;
  try {
    response = await fetch(hrefOf('/v1/import'), {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: file,
      signal,
    });
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw new QueryClientError('unreachable', 'The server ended the upload or cannot be reached', {
      retryable: true,
      cause,
    });
  }
  const answer: unknown = await response.json().catch(() => undefined);
  // The server's tests hold it to this answer.
  if (response.ok) return answer as Imported;
  throw new QueryClientError(
    'import_failed',
    messageIn(answer) ?? `The server answered with status ${response.status}`,
    {
      httpStatus: response.status,
    },
  );
}

function messageIn(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null || !('error' in answer)) return undefined;
  const { error } = answer;
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : undefined;
}

/** What was imported, in a sentence. */
export function importedInWords(imported: Imported): string {
  const count = new Intl.NumberFormat('en');
  const spans = `${count.format(imported.span_count)} ${imported.span_count === 1 ? 'span' : 'spans'}`;
  const traces = `${count.format(imported.trace_count)} ${imported.trace_count === 1 ? 'trace' : 'traces'}`;
  const left = Object.values(imported.rejected).reduce((sum, value) => sum + value, 0);
  const parts = [`${spans} of ${traces} ${imported.span_count === 1 ? 'is' : 'are'} stored now.`];
  if (left > 0) {
    const reasons = Object.entries(imported.rejected).map(([reason, value]) => `${count.format(value)} ${reason}`);
    parts.push(`${count.format(left)} spans were left out: ${reasons.join(', ')}.`);
  }
  if (imported.problem_count > 0) {
    parts.push(`${count.format(imported.problem_count)} parts of the file could not be read.`);
  }
  return parts.join(' ');
}
