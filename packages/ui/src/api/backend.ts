import { createQueryClient, type ExportFormat, type QueryClient, QueryClientError } from '@throughline/query/client';

import { hrefOf } from '../navigation/location.ts';
import { embeddedFetch } from '../portable/embedded-fetch.ts';
import { embeddedTrace } from '../portable/embedded-trace.ts';

/** The API of the server that the page came from, whatever path it is served under; in a portable file, its trace. */
export const backend: QueryClient = createQueryClient(
  embeddedTrace === undefined ? { baseUrl: hrefOf('/') } : { fetch: embeddedFetch(embeddedTrace) },
);

/** Where the API gives a trace as a file. */
export function exportHref(traceId: string, format: ExportFormat): string {
  return hrefOf(`/v1/traces/${traceId}?format=${format}`);
}

/** Sends an OTLP/JSON export request. @throws QueryClientError */
export async function sendOtlpJson(body: string): Promise<void> {
  let response: Response;
  try {
    response = await fetch(hrefOf('/v1/traces'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
  } catch (cause) {
    throw new QueryClientError('unreachable', 'Cannot reach the server', { retryable: true, cause });
  }
  if (!response.ok) {
    throw new QueryClientError('http_error', `The server answered with status ${response.status}`, {
      httpStatus: response.status,
    });
  }
}

/** What went wrong, in a sentence for people. */
export function messageOf(error: unknown): string {
  if (error instanceof QueryClientError && error.code === 'unreachable') {
    return 'The server cannot be reached. Is it still running?';
  }
  return error instanceof Error ? error.message : String(error);
}
