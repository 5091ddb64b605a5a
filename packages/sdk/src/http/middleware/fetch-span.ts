import { context as contextApi } from '@opentelemetry/api';

import { guardedCall } from '../guarded-call.ts';
import type { HttpSettings } from '../http-settings.ts';
import { httpMetadata } from '../rpc-metadata.ts';
import { type ServerSpan, startServerSpan } from '../server-span.ts';
import { FetchIncomingRequest, FetchSentResponse, type FetchPeer, headersGetter } from './fetch-request.ts';

/** When a span of a fetch handler ends: with the handler's answer, or when its body was sent. */
export type FetchSpanEnd = 'response' | 'body';

/** Starts the span of a request of the Fetch standard; undefined where the request has one already, or cannot get one. */
export function startFetchSpan(settings: HttpSettings, request: Request, peer: FetchPeer): ServerSpan | undefined {
  if (httpMetadata(contextApi.active()) !== undefined) return undefined;
  const incoming = new FetchIncomingRequest(request, peer);
  return guardedCall('a server span', startServerSpan<Headers>, settings, incoming, request.headers, headersGetter);
}

/** Ends the span of a response, at once or with its body, and gives the response to send. */
export function endFetchSpan(server: ServerSpan, response: Response, when: FetchSpanEnd): Response {
  const sent = server.readsResponse ? new FetchSentResponse(response) : undefined;
  if (when === 'response' || response.body === null || !server.isRecording) {
    server.end(response.status, sent);
    return response;
  }
  const body = watchedBody(response.body, (error) => {
    if (error === undefined) server.end(response.status, sent);
    else server.abort(response.status, error.reason, sent);
  });
  return new Response(body, response);
}

/** Calls `done` once: without an argument at the end, with the reason when the body breaks off or nobody wants it any more. */
function watchedBody(
  body: ReadableStream<Uint8Array>,
  done: (error?: { readonly reason: unknown }) => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      try {
        const { done: ended, value } = await reader.read();
        if (!ended) {
          controller.enqueue(value);
          return;
        }
        controller.close();
        done();
      } catch (error) {
        controller.error(error);
        done({ reason: error });
      }
    },
    cancel: async (reason) => {
      done({ reason });
      await reader.cancel(reason);
    },
  });
}
