import type { Span, SpanRejection } from '@throughline/model';
import type { DecodedSpans } from '../decoded-spans.ts';
import { SharedOwners } from './shared-owners.ts';

/**
 * Gathers what a decoder made of each entry: a span, or the reason why it is none. Equal resources and scopes of the
 * spans become one object.
 */
export class SpanResults {
  readonly #spans: Span[] = [];
  readonly #rejected: Partial<Record<SpanRejection, number>> = {};
  readonly #owners = new SharedOwners();

  add(result: Span | SpanRejection): void {
    if (typeof result === 'string') {
      this.reject(result);
      return;
    }
    const resource = this.#owners.resource(result.resource);
    const scope = this.#owners.scope(result.scope);
    const isShared = resource === result.resource && scope === result.scope;
    this.#spans.push(isShared ? result : { ...result, resource, scope });
  }

  reject(reason: SpanRejection): void {
    this.#rejected[reason] = (this.#rejected[reason] ?? 0) + 1;
  }

  get decoded(): DecodedSpans {
    return { spans: this.#spans, rejected: this.#rejected };
  }
}
