import type { Span } from '@throughline/model';
import { type ErrorFingerprint, errorFingerprint } from './error-fingerprint.ts';

/** Errors that say the same of different requests. */
export interface ErrorGroup extends Omit<ErrorFingerprint, 'message'> {
  /** Sum of weights. */
  readonly count: number;
  readonly firstUnixNano: bigint;
  readonly lastUnixNano: bigint;
  readonly samples: readonly { readonly traceId: string; readonly spanId: string; readonly message: string }[];
}

const MAX_SAMPLES = 5;
/** Kinds of errors that are told apart while counting; a bound of memory, far above what is listed. */
const MAX_FINGERPRINTS = 10_000;

type MutableErrorGroup = { -readonly [Key in keyof ErrorGroup]: ErrorGroup[Key] } & {
  samples: { traceId: string; spanId: string; message: string }[];
};

/** Counts failed spans by what they say, see `errorFingerprint`. */
export class ErrorGroups {
  readonly #groups = new Map<string, MutableErrorGroup>();
  #omittedCount = 0;

  /** Sum of the weights of errors of further kinds, behind the first 10,000. */
  get omittedCount(): number {
    return this.#omittedCount;
  }

  /** How many kinds there are. */
  get size(): number {
    return this.#groups.size;
  }

  /** O(message). The first five spans of a kind are its samples. */
  add(span: Span, service: string): void {
    const { message, ...rest } = errorFingerprint(span, service);
    let group = this.#groups.get(rest.id);
    if (group === undefined) {
      if (this.#groups.size >= MAX_FINGERPRINTS) {
        this.#omittedCount += span.weight;
        return;
      }
      group = {
        ...rest,
        count: 0,
        firstUnixNano: span.startTimeUnixNano,
        lastUnixNano: span.startTimeUnixNano,
        samples: [],
      };
      this.#groups.set(rest.id, group);
    }
    group.count += span.weight;
    if (span.startTimeUnixNano < group.firstUnixNano) group.firstUnixNano = span.startTimeUnixNano;
    if (span.startTimeUnixNano > group.lastUnixNano) group.lastUnixNano = span.startTimeUnixNano;
    if (group.samples.length < MAX_SAMPLES) group.samples.push({ traceId: span.traceId, spanId: span.spanId, message });
  }

  /** Most frequent first; of equally frequent ones by id. */
  mostFrequent(limit: number): readonly ErrorGroup[] {
    return [...this.#groups.values()]
      .toSorted((a, b) => b.count - a.count || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
      .slice(0, limit);
  }
}
