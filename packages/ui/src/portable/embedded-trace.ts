/** The element of a portable file that holds its trace. The server writes it (`portablePage` of the query API). */
const SELECTOR = 'script[type="application/vnd.throughline.trace"]';

/** The trace that the page carries within itself. */
export interface EmbeddedTrace {
  readonly traceId: string;
  /** The trace's columns, as gzip and base64. */
  readonly base64: string;
  /** Codes of why the trace may be incomplete. */
  readonly incomplete: string;
}

function findEmbedded(): EmbeddedTrace | undefined {
  // Tests of modules beside this one have no page.
  if (typeof document === 'undefined') return undefined;
  const element = document.querySelector<HTMLScriptElement>(SELECTOR);
  const traceId = element?.dataset['traceId'];
  if (element === null || traceId === undefined) return undefined;
  return { traceId, base64: element.text.trim(), incomplete: element.dataset['incomplete'] ?? '' };
}

/** Set in a portable file: the page is one trace, and there is no server behind it. */
export const embeddedTrace: EmbeddedTrace | undefined = findEmbedded();
