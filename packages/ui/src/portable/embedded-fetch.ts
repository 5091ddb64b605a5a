import type { Fetch } from '@throughline/query/client';

import type { EmbeddedTrace } from './embedded-trace.ts';

/** Answers for the server that a portable file has not: with its one trace as columns, and with an error for the rest. */
export function embeddedFetch(trace: EmbeddedTrace): Fetch {
  return (url) => {
    const { pathname, searchParams } = new URL(url, 'file:///');
    if (pathname === `/v1/traces/${trace.traceId}` && searchParams.get('format') === 'columns') {
      const headers: Record<string, string> =
        trace.incomplete === '' ? {} : { 'throughline-incomplete': trace.incomplete };
      const columns = new Blob([bytesOfBase64(trace.base64)]).stream().pipeThrough(new DecompressionStream('gzip'));
      return Promise.resolve(new Response(columns, { headers }));
    }
    const error = { code: 'not_in_file', message: 'This file holds one trace and nothing else; ask a server.' };
    return Promise.resolve(Response.json({ error }, { status: 404 }));
  };
}

function bytesOfBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
