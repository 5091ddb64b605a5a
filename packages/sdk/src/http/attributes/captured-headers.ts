import type { Attributes, Span } from '@opentelemetry/api';

import type { HeaderValue } from '../http-exchange.ts';

interface Captured {
  readonly header: string;
  readonly attribute: string;
}

/** Which headers of one side's messages become attributes; undefined: none. */
export type HeaderCapture = readonly Captured[] | undefined;

export function headerCapture(message: 'request' | 'response', names: readonly string[] | undefined): HeaderCapture {
  if (names === undefined || names.length === 0) return undefined;
  return [...new Set(names.map((name) => name.trim().toLowerCase()))]
    .filter((header) => header !== '')
    .map((header) => ({ header, attribute: `http.${message}.header.${header}` }));
}

interface Message {
  header(name: string): HeaderValue;
}

/** Among the attributes that a span starts with, so that samplers see them. */
export function addCapturedHeaders(attributes: Attributes, capture: HeaderCapture, message: Message): void {
  if (capture === undefined) return;
  for (const { header, attribute } of capture) {
    const value = message.header(header);
    // Values are lists, as the conventions say; a header that was not sent gives no attribute.
    if (value !== undefined) attributes[attribute] = typeof value === 'object' ? [...value] : [String(value)];
  }
}

export function captureHeaders(span: Span, capture: HeaderCapture, message: Message): void {
  if (capture === undefined) return;
  const attributes: Attributes = {};
  addCapturedHeaders(attributes, capture, message);
  span.setAttributes(attributes);
}
