import type { Attributes } from '@opentelemetry/api';

export interface ParsedResourceAttributes {
  readonly attributes: Readonly<Record<string, string>>;
  /** Why the whole text was ignored. */
  readonly problem?: string;
}

/**
 * `OTEL_RESOURCE_ATTRIBUTES`: `key=value` separated by commas, both percent-encoded as in W3C baggage; spaces around are
 * cut; the last of equal keys stays. Any error makes the whole value ignored, so that no half of it misleads
 * (Resource SDK, Specifying resource information via an environment variable).
 */
export function parseResourceAttributes(text: string | undefined): ParsedResourceAttributes {
  if (text === undefined || text.trim() === '') return { attributes: {} };
  const attributes: Record<string, string> = {};
  for (const member of text.split(',')) {
    if (member.trim() === '') continue;
    const equals = member.indexOf('=');
    if (equals < 0) return { attributes: {}, problem: `${JSON.stringify(member.trim())} has no "="` };
    try {
      const key = decodeURIComponent(member.slice(0, equals).trim());
      if (key === '') return { attributes: {}, problem: `${JSON.stringify(member.trim())} has no key` };
      // Defined, not assigned: `__proto__` is a key like any other.
      Object.defineProperty(attributes, key, {
        value: decodeURIComponent(member.slice(equals + 1).trim()),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    } catch {
      return { attributes: {}, problem: `${JSON.stringify(member.trim())} is not percent-encoded text` };
    }
  }
  return { attributes };
}

/** Attributes without the absent ones. */
export function present(attributes: Readonly<Record<string, unknown>>): Attributes {
  const result: Attributes = {};
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined && value !== '') result[key] = value;
  return result;
}
