import {
  type Attributes,
  type Context,
  context as contextApi,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  trace,
} from '@opentelemetry/api';

import { EMPTY_CONTEXT, SUPPRESS_TRACING_KEY } from '../context/tracing-context.ts';
import { errorMessage, errorType, exceptionOf } from '../helpers/settle.ts';
import { bodySize } from './attributes/body-size.ts';
import { addCapturedHeaders, captureHeaders } from './attributes/captured-headers.ts';
import { knownMethod, methodInName } from './attributes/request-method.ts';
import { serverStartAttributes } from './attributes/server-attributes.ts';
import { guardedCall } from './guarded-call.ts';
import type { IncomingRequest, SentResponse } from './http-exchange.ts';
import type { HttpSettings } from './http-settings.ts';
import { type HttpMetadata, withHttpMetadata } from './rpc-metadata.ts';

/** `error.type` of a response that was cut off for no known reason. */
const ABORTED = 'aborted';
const NO_SPAN: Span = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);

/**
 * One request that is being served. It is also the metadata under which frameworks' instrumentations find the span and
 * leave the route. Ends once; what comes afterwards is without effect.
 */
export class ServerSpan implements HttpMetadata {
  readonly type = 'http';
  readonly span: Span;
  /** What the request's handlers run in. */
  readonly context: Context;
  route: string | undefined = undefined;
  private readonly settings: HttpSettings;
  /** `{method}` of the name. */
  private readonly method: string;
  private failure: { readonly type: string; readonly message: string } | undefined = undefined;
  private ended = false;

  constructor(settings: HttpSettings, span: Span, parentContext: Context, method: string) {
    this.settings = settings;
    this.span = span;
    this.method = method;
    this.context = span === NO_SPAN ? parentContext : withHttpMetadata(trace.setSpan(parentContext, span), this);
  }

  /** Whether attributes of the response are worth being read. */
  get isRecording(): boolean {
    return !this.ended && this.span.isRecording();
  }

  /** Whether `end` wants the response itself. */
  get readsResponse(): boolean {
    return this.settings.readsServerResponse && this.isRecording;
  }

  /** What the application threw: an `exception` event. It makes the span an error unless the response says otherwise. */
  recordError(error: unknown): void {
    if (!this.isRecording) return;
    this.span.recordException(exceptionOf(error));
    this.failure ??= { type: errorType(error), message: errorMessage(error) };
  }

  /** Ends the span of a response that was sent to its end. */
  end(statusCode: number | undefined, response?: SentResponse): void {
    if (this.ended) return;
    if (this.isRecording) {
      const isError =
        statusCode === undefined ? this.failure !== undefined : statusCode >= this.settings.serverErrorFrom;
      this.describeResponse(statusCode, response);
      if (isError) this.setError(this.failure?.type ?? String(statusCode), this.failure?.message);
    }
    this.finish();
  }

  /** Ends the span of a response that was not sent to its end; `error` says why, if anything does. */
  abort(statusCode: number | undefined, error: unknown, response?: SentResponse): void {
    if (this.ended) return;
    if (this.isRecording) {
      this.describeResponse(statusCode, response);
      const said = error instanceof Error ? { type: errorType(error), message: errorMessage(error) } : undefined;
      const failure = this.failure ?? said;
      this.setError(failure?.type ?? ABORTED, failure?.message);
    }
    this.finish();
  }

  private describeResponse(statusCode: number | undefined, response: SentResponse | undefined): void {
    const { span, settings, route } = this;
    if (statusCode !== undefined) {
      if (settings.stableNames) span.setAttribute('http.response.status_code', statusCode);
      if (settings.oldNames) span.setAttribute('http.status_code', statusCode);
    }
    if (route !== undefined && route !== '') {
      span.setAttribute('http.route', route);
      span.updateName(`${this.method} ${route}`);
    }
    if (response === undefined) return;
    captureHeaders(span, settings.serverResponseHeaders, response);
    if (settings.bodySizes) setBodySize(span, settings, response);
    if (settings.responseHook !== undefined) guardedCall('responseHook', settings.responseHook, span, response);
  }

  private setError(type: string, message: string | undefined): void {
    this.span.setAttribute('error.type', type);
    this.span.setStatus({ code: SpanStatusCode.ERROR, ...(message === undefined ? {} : { message }) });
  }

  private finish(): void {
    this.ended = true;
    this.span.end();
  }
}

function setBodySize(span: Span, settings: HttpSettings, response: SentResponse): void {
  const size = bodySize(response.header('content-length'));
  if (size === undefined) return;
  if (settings.stableNames) span.setAttribute('http.response.body.size', size);
  if (settings.oldNames) span.setAttribute('http.response_content_length', size);
}

/**
 * Starts the span of a request that arrived. `carrier` holds its headers. A request that is ignored, has no parent where
 * one is required, or arrives where tracing is suppressed gets no span; its handlers run in the result's context all the same.
 */
export function startServerSpan<Carrier>(
  settings: HttpSettings,
  request: IncomingRequest,
  carrier: Carrier,
  getter: TextMapGetter<Carrier>,
): ServerSpan {
  const active = contextApi.active();
  const ignored = active.getValue(SUPPRESS_TRACING_KEY) === true || settings.isIncomingIgnored?.(request) === true;
  if (ignored) return new ServerSpan(settings, NO_SPAN, active.setValue(SUPPRESS_TRACING_KEY, true), '');
  const parentContext = settings.propagator.extract(EMPTY_CONTEXT, carrier, getter);
  if (settings.requireParentForIncoming) {
    const parent = trace.getSpanContext(parentContext);
    if (parent === undefined || !isSpanContextValid(parent))
      return new ServerSpan(settings, NO_SPAN, parentContext, '');
  }
  const method = knownMethod(settings.knownMethods, request.method);
  let attributes: Attributes = serverStartAttributes(settings, request, method);
  addCapturedHeaders(attributes, settings.serverRequestHeaders, request);
  if (settings.startAttributes !== undefined) {
    attributes = { ...attributes, ...guardedCall('startAttributes', settings.startAttributes, request) };
  }
  const name = methodInName(method);
  const span = settings.tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parentContext);
  if (settings.requestHook !== undefined && span.isRecording()) {
    guardedCall('requestHook', settings.requestHook, span, request);
  }
  return new ServerSpan(settings, span, parentContext, name);
}
