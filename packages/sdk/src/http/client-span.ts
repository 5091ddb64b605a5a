import {
  type Attributes,
  type Context,
  context as contextApi,
  isSpanContextValid,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';

import { SUPPRESS_TRACING_KEY } from '../context/tracing-context.ts';
import { errorMessage, errorType, exceptionOf } from '../helpers/settle.ts';
import { bodySize } from './attributes/body-size.ts';
import { addCapturedHeaders, captureHeaders } from './attributes/captured-headers.ts';
import { clientStartAttributes, type ClientUrlParts } from './attributes/client-attributes.ts';
import { knownMethod, methodInName } from './attributes/request-method.ts';
import { guardedCall } from './guarded-call.ts';
import type { OutgoingRequest, ReceivedResponse } from './http-exchange.ts';
import type { HttpSettings } from './http-settings.ts';

/** Where a response came from. */
export interface Peer {
  readonly address: string | undefined;
  readonly port: number | undefined;
  readonly protocolVersion: string | undefined;
}

/** One request that was sent. Ends once; what comes afterwards is without effect. */
export class ClientSpan {
  readonly span: Span;
  /** What the caller runs in. */
  readonly parentContext: Context;
  /** What is sent, and what connects runs in. */
  readonly context: Context;
  private readonly settings: HttpSettings;
  private statusCode: number | undefined = undefined;
  private ended = false;

  constructor(settings: HttpSettings, span: Span, parentContext: Context) {
    this.settings = settings;
    this.span = span;
    this.parentContext = parentContext;
    this.context = trace.setSpan(parentContext, span);
  }

  get isRecording(): boolean {
    return !this.ended && this.span.isRecording();
  }

  /** The request exists: captures its headers, to which Node has added its own, and calls the hook. */
  requestMade(request: OutgoingRequest): void {
    const { settings, span } = this;
    if (settings.clientRequestHeaders === undefined && settings.requestHook === undefined) return;
    if (!this.isRecording) return;
    captureHeaders(span, settings.clientRequestHeaders, request);
    if (settings.requestHook !== undefined) guardedCall('requestHook', settings.requestHook, span, request);
  }

  setPeer(peer: Peer): void {
    const { settings, span } = this;
    if (!this.isRecording) return;
    const address = peer.address ?? '';
    if (settings.stableNames) {
      if (address !== '') span.setAttribute('network.peer.address', address);
      if (peer.port !== undefined) span.setAttribute('network.peer.port', peer.port);
      if (peer.protocolVersion !== undefined) span.setAttribute('network.protocol.version', peer.protocolVersion);
    }
    if (settings.oldNames) {
      if (address !== '') span.setAttribute('net.peer.ip', address);
      if (peer.protocolVersion !== undefined) span.setAttribute('http.flavor', peer.protocolVersion);
    }
  }

  /** The response's status and headers are there. */
  responseReceived(statusCode: number | undefined, response: ReceivedResponse): void {
    const { settings, span } = this;
    if (!this.isRecording) return;
    this.statusCode = statusCode;
    if (statusCode !== undefined) {
      if (settings.stableNames) span.setAttribute('http.response.status_code', statusCode);
      if (settings.oldNames) span.setAttribute('http.status_code', statusCode);
    }
    captureHeaders(span, settings.clientResponseHeaders, response);
    if (settings.bodySizes) this.setBodySize(bodySize(response.header('content-length')));
    if (settings.responseHook !== undefined) guardedCall('responseHook', settings.responseHook, span, response);
  }

  /** The request is done; what it got decides. */
  end(): void {
    if (this.ended) return;
    const { statusCode } = this;
    if (statusCode !== undefined && statusCode >= 400 && this.isRecording) {
      this.span.setAttribute('error.type', String(statusCode));
      this.span.setStatus({ code: SpanStatusCode.ERROR });
    }
    this.finish();
  }

  /**
   * The request failed, or its response broke off. The caller's own cancelling is no error (semantic conventions, HTTP
   * span status), a time-out is one.
   */
  fail(error: unknown): void {
    if (this.ended) return;
    if (!isCancelled(error) && this.isRecording) {
      const { span } = this;
      span.recordException(exceptionOf(error));
      span.setAttribute('error.type', errorType(error));
      span.setStatus({ code: SpanStatusCode.ERROR, message: errorMessage(error) });
    }
    this.finish();
  }

  private setBodySize(size: number | undefined): void {
    if (size === undefined) return;
    if (this.settings.stableNames) this.span.setAttribute('http.response.body.size', size);
    if (this.settings.oldNames) this.span.setAttribute('http.response_content_length', size);
  }

  private finish(): void {
    this.ended = true;
    this.span.end();
  }
}

function isCancelled(error: unknown): boolean {
  if (!(error instanceof Error) || error.name !== 'AbortError') return false;
  return !(error.cause instanceof Error && error.cause.name === 'TimeoutError');
}

/**
 * Starts the span of a request that is about to be sent. Undefined where tracing is suppressed, for ignored requests,
 * and without a parent where one is required.
 */
export function startClientSpan(
  settings: HttpSettings,
  request: OutgoingRequest,
  parts: ClientUrlParts,
): ClientSpan | undefined {
  const parentContext = contextApi.active();
  if (parentContext.getValue(SUPPRESS_TRACING_KEY) === true) return undefined;
  if (settings.requireParentForOutgoing) {
    const parent = trace.getSpanContext(parentContext);
    if (parent === undefined || !isSpanContextValid(parent)) return undefined;
  }
  if (settings.isOutgoingIgnored?.(request) === true) return undefined;
  const method = knownMethod(settings.knownMethods, request.method);
  let attributes: Attributes = clientStartAttributes(settings, request, method, parts);
  addCapturedHeaders(attributes, settings.clientRequestHeaders, request);
  let name = methodInName(method);
  if (settings.startAttributes !== undefined) {
    attributes = { ...attributes, ...guardedCall('startAttributes', settings.startAttributes, request) };
  }
  const template = attributes['url.template'];
  if (typeof template === 'string') name = `${name} ${template}`;
  const span = settings.tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }, parentContext);
  return new ClientSpan(settings, span, parentContext);
}
