import type { Span } from '@throughline/model';

/** Which traces have spans that link to a trace. */
export class LinkIndex {
  /** By linked trace, the linking traces. */
  readonly #linking = new Map<string, Set<string>>();

  add({ traceId, links }: Span): void {
    for (const link of links) {
      if (link.traceId === traceId) continue;
      const linking = this.#linking.get(link.traceId);
      if (linking === undefined) this.#linking.set(link.traceId, new Set([traceId]));
      else linking.add(traceId);
    }
  }

  /** Forgets what a trace links to; `spans` are all of its spans. */
  forget(traceId: string, spans: readonly Span[]): void {
    for (const { links } of spans) {
      for (const link of links) {
        const linking = this.#linking.get(link.traceId);
        linking?.delete(traceId);
        if (linking?.size === 0) this.#linking.delete(link.traceId);
      }
    }
  }

  linkingTo(traceId: string): ReadonlySet<string> {
    return this.#linking.get(traceId) ?? new Set();
  }
}
