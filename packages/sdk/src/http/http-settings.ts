import {
  type Context,
  propagation,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  trace,
  type Tracer,
  type TracerProvider,
} from '@opentelemetry/api';

import { SDK_VERSION } from '../resource/sdk-version.ts';
import { type HeaderCapture, headerCapture } from './attributes/captured-headers.ts';
import { DEFAULT_REDACTED_QUERY_KEYS, queryRedaction, type RedactQuery } from './attributes/redact-query.ts';
import { DEFAULT_KNOWN_METHODS } from './attributes/request-method.ts';
import { httpEnvironmentOptions } from './http-environment.ts';
import type { IncomingRequest, OutgoingRequest } from './http-exchange.ts';
import type { HttpSpanOptions } from './http-options.ts';
import { compileIgnoreRules, type IsIgnored } from './ignore-rules.ts';

/** The instrumentation scope of all HTTP spans. */
export const HTTP_SCOPE = '@throughline/sdk/http';

/** The parts of a propagator that a request needs; the API's global one has no more. */
export interface HttpPropagator {
  inject<Carrier>(context: Context, carrier: Carrier, setter?: TextMapSetter<Carrier>): void;
  extract<Carrier>(context: Context, carrier: Carrier, getter?: TextMapGetter<Carrier>): Context;
}

/** Where spans go and how context travels. Default: what is registered with the API when a request comes. */
export interface HttpTracingParts {
  readonly tracerProvider?: TracerProvider;
  readonly propagator?: TextMapPropagator;
}

/** Options as they are asked at each request. */
export interface HttpSettings {
  readonly tracer: Tracer;
  readonly propagator: HttpPropagator;
  readonly stableNames: boolean;
  readonly oldNames: boolean;
  readonly knownMethods: ReadonlySet<string>;
  readonly redactQuery: RedactQuery;
  readonly serverErrorFrom: number;
  readonly trustProxy: boolean;
  readonly bodySizes: boolean;
  readonly serverRequestHeaders: HeaderCapture;
  readonly serverResponseHeaders: HeaderCapture;
  readonly clientRequestHeaders: HeaderCapture;
  readonly clientResponseHeaders: HeaderCapture;
  readonly isIncomingIgnored: IsIgnored<IncomingRequest>;
  readonly isOutgoingIgnored: IsIgnored<OutgoingRequest>;
  readonly requireParentForIncoming: boolean;
  readonly requireParentForOutgoing: boolean;
  readonly startAttributes: HttpSpanOptions['startAttributes'];
  readonly requestHook: HttpSpanOptions['requestHook'];
  readonly responseHook: HttpSpanOptions['responseHook'];
  /** Whether anything asks for the response itself when a server span ends. */
  readonly readsServerResponse: boolean;
}

/** Options win over the environment, the environment over the defaults. */
export function httpSettings(
  options: HttpSpanOptions & HttpTracingParts,
  environment: Readonly<Record<string, string | undefined>> = processEnvironment(),
): HttpSettings {
  const fromEnvironment = httpEnvironmentOptions(environment);
  const conventions = options.conventions ?? fromEnvironment.conventions ?? 'stable';
  const server = { ...fromEnvironment.captureHeaders?.server, ...options.captureHeaders?.server };
  const client = { ...fromEnvironment.captureHeaders?.client, ...options.captureHeaders?.client };
  const serverResponseHeaders = headerCapture('response', server.response);
  const bodySizes = options.bodySizes ?? false;
  return {
    tracer: (options.tracerProvider ?? trace).getTracer(HTTP_SCOPE, SDK_VERSION),
    propagator: options.propagator ?? propagation,
    stableNames: conventions !== 'old',
    oldNames: conventions !== 'stable',
    knownMethods: new Set(options.knownMethods ?? fromEnvironment.knownMethods ?? DEFAULT_KNOWN_METHODS),
    redactQuery: queryRedaction(options.redactedQueryKeys ?? DEFAULT_REDACTED_QUERY_KEYS),
    serverErrorFrom: options.serverErrorFrom ?? 500,
    trustProxy: options.trustProxy ?? true,
    bodySizes,
    serverRequestHeaders: headerCapture('request', server.request),
    serverResponseHeaders,
    clientRequestHeaders: headerCapture('request', client.request),
    clientResponseHeaders: headerCapture('response', client.response),
    isIncomingIgnored: compileIgnoreRules(options.ignoreIncoming),
    isOutgoingIgnored: compileIgnoreRules(options.ignoreOutgoing),
    requireParentForIncoming: options.requireParentForIncoming ?? false,
    requireParentForOutgoing: options.requireParentForOutgoing ?? false,
    startAttributes: options.startAttributes,
    requestHook: options.requestHook,
    responseHook: options.responseHook,
    readsServerResponse: serverResponseHeaders !== undefined || options.responseHook !== undefined || bodySizes,
  };
}

/** Fetch handlers also run where there is no `process`. */
function processEnvironment(): Readonly<Record<string, string | undefined>> {
  return typeof process === 'object' && typeof process.env === 'object' ? process.env : {};
}
