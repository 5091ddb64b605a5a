import type { OpenSpan } from '../spans/open-span.ts';
import type { TraceRecord } from '../spans/trace-record.ts';
import type { FaultSpec } from '../scenario/scenario.ts';

/** What a request did when a fault met it. */
export interface Affected {
  readonly trace: TraceRecord;
  /** The span that shows it, of its own or of its caller; undefined where nothing is recorded. */
  readonly witness: OpenSpan | undefined;
}

/** Spans that one fault keeps the ids of; further ones are counted. */
export const MAX_TRUTH_SPANS = 200_000;

/** A fault as plain data: what was wrong, when, where, and which spans it acted on. Instants are true ones. */
export interface Truth {
  readonly kind: FaultSpec['kind'];
  readonly service: string | undefined;
  readonly operation: string | undefined;
  readonly host: string | undefined;
  readonly resource: string | undefined;
  readonly version: string | undefined;
  readonly startTimeUnixNano: bigint;
  readonly endTimeUnixNano: bigint;
  /** The spans in which it acted directly, by trace; what they delay or fail in turn is not counted. */
  readonly affected: ReadonlyMap<string, ReadonlySet<string>>;
  /** How often it acted on requests that are not recorded. */
  readonly unrecordedCount: number;
  /** Spans beyond {@link MAX_TRUTH_SPANS}. */
  readonly omittedCount: number;
}

/** Gathers what a fault acts on. */
export class TruthRecord {
  readonly #affected = new Map<string, Set<string>>();
  #spanCount = 0;
  #omittedCount = 0;
  #unrecordedCount = 0;

  add({ trace, witness }: Affected): void {
    if (witness === undefined) {
      this.#unrecordedCount++;
      return;
    }
    let spans = this.#affected.get(trace.traceId);
    if (spans?.has(witness.spanId) === true) return;
    if (this.#spanCount >= MAX_TRUTH_SPANS) {
      this.#omittedCount++;
      return;
    }
    this.#spanCount++;
    if (spans === undefined) this.#affected.set(trace.traceId, (spans = new Set()));
    spans.add(witness.spanId);
  }

  toTruth(fault: FaultSpec, startUnixNano: bigint): Truth {
    const { kind, service, operation, host, resource, version } = fault;
    return {
      kind,
      service,
      operation,
      host,
      resource,
      version,
      startTimeUnixNano: startUnixNano + BigInt(Math.round(fault.atNano)),
      endTimeUnixNano: startUnixNano + BigInt(Math.round(fault.atNano + fault.lengthNano)),
      affected: this.#affected,
      unrecordedCount: this.#unrecordedCount,
      omittedCount: this.#omittedCount,
    };
  }
}
