import type { Span } from '@throughline/model';
import { textTemplate } from '../text-template.ts';

/** What failed, without what varies from case to case. Equal fingerprints are the same error. */
export interface ErrorFingerprint {
  /** 16 hex digits of service, operation, type and message. */
  readonly id: string;
  readonly service: string;
  readonly operation: string;
  /** `exception.type`, else `error.type`, else `''`. */
  readonly type: string;
  /** As it came, of this span. */
  readonly message: string;
  /** Ids and numbers taken out. */
  readonly messageTemplate: string;
}

/**
 * The error of a failed span: the last exception event says what, else `error.type`, the status message, and what imported
 * data has in `error.message` or `error`. O(events).
 *
 * Source: semantic conventions for exceptions on spans and for errors.
 */
export function errorFingerprint(span: Span, service: string): ErrorFingerprint {
  const exception = span.events.findLast(({ name }) => name === 'exception')?.attributes;
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  const type = text(exception?.get('exception.type')) || text(span.attributes.get('error.type'));
  const message =
    text(exception?.get('exception.message')) ||
    span.status.message ||
    text(span.attributes.get('error.message')) ||
    text(span.attributes.get('error'));
  const messageTemplate = textTemplate(message);
  const operation = textTemplate(span.name);
  const id = hash([service, operation, type, messageTemplate].join('\n'));
  return { id, service, operation, type, message, messageTemplate };
}

/** FNV-1a of 32 bits over the UTF-16 units, twice from different bases. */
function hash(text: string): string {
  let a = 0x811c_9dc5;
  let b = 0x9dc5_811c;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x0100_0193);
    b = Math.imul(b ^ (unit + i), 0x0100_0193);
  }
  return [a, b].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}
