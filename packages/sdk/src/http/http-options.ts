import type { Attributes, Span } from '@opentelemetry/api';

import type { IncomingRequest, OutgoingRequest, ReceivedResponse, SentResponse } from './http-exchange.ts';

/** The exact path without the query, a pattern that the path matches, or a function. */
export type IgnoreRule<Request> = string | RegExp | ((request: Request) => boolean);

/** Header names in any case. */
export interface CapturedHeaders {
  readonly request?: readonly string[];
  readonly response?: readonly string[];
}

/** Attribute names: the stable conventions', those of version 1.7 that preceded them, or both. */
export type HttpConventions = 'stable' | 'old' | 'both';

/** How spans of HTTP requests look; instrumentation, middleware and traced clients share them. */
export interface HttpSpanOptions {
  /** The first status code that makes a server span an error. Default 500, as the conventions say. */
  readonly serverErrorFrom?: number;
  /**
   * Whether `Forwarded`, `X-Forwarded-For`, `-Host` and `-Proto` say who the client is and what it asked for, as the
   * conventions want it. Default true; false takes the connection's peer and the `Host` header.
   */
  readonly trustProxy?: boolean;
  /** Headers recorded as `http.request.header.<name>` and `http.response.header.<name>`. Default none. */
  readonly captureHeaders?: { readonly server?: CapturedHeaders; readonly client?: CapturedHeaders };
  /** Query keys whose values are replaced by `REDACTED`; exact case. Default `DEFAULT_REDACTED_QUERY_KEYS`. */
  readonly redactedQueryKeys?: readonly string[];
  /** `http.request.body.size` and `http.response.body.size` from `Content-Length`. Default false (opt-in by the conventions). */
  readonly bodySizes?: boolean;
  /** Methods that are recorded as they are; others become `_OTHER`. Default RFC 9110's, `PATCH` and `QUERY`. */
  readonly knownMethods?: readonly string[];
  /** Default `stable`, and `both` with `http/dup` in OTEL_SEMCONV_STABILITY_OPT_IN. */
  readonly conventions?: HttpConventions;
  /** Requests that get no span. What runs inside an ignored incoming request is not traced either. */
  readonly ignoreIncoming?: IgnoreRule<IncomingRequest> | readonly IgnoreRule<IncomingRequest>[];
  /** Requests that get no span and no headers. */
  readonly ignoreOutgoing?: IgnoreRule<OutgoingRequest> | readonly IgnoreRule<OutgoingRequest>[];
  /** Only requests that carry a trace get a span. Default false. */
  readonly requireParentForIncoming?: boolean;
  /** Only requests inside a span get one, and headers. Default false. */
  readonly requireParentForOutgoing?: boolean;
  /** Attributes that the span starts with, so that samplers see them. `url.template` also names a client's span. */
  readonly startAttributes?: (request: IncomingRequest | OutgoingRequest) => Attributes | undefined;
  /** Called when the span has started; before the handler for a server, before anything is sent for a client. */
  readonly requestHook?: (span: Span, request: IncomingRequest | OutgoingRequest) => void;
  /** Called when the response is known: for a server just before the span ends, for a client with its headers. */
  readonly responseHook?: (span: Span, response: SentResponse | ReceivedResponse) => void;
}

export interface HttpInstrumentationOptions extends HttpSpanOptions {
  /** Spans for what servers of node:http, node:https and node:http2 receive. Default true. */
  readonly incoming?: boolean;
  /** Spans for what node:http, node:https and node:http2 send. Default true. */
  readonly outgoing?: boolean;
  /** Spans for what fetch and undici send. Default: as `outgoing`. */
  readonly fetch?: boolean;
  /** Whether node:http2 is instrumented. Default true. */
  readonly http2?: boolean;
  /** Whether gRPC calls get HTTP spans. Default false: gRPC's own instrumentation describes them. */
  readonly grpc?: boolean;
}
