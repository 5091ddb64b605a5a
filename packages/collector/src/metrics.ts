import { Counter, Gauge, type Registry } from 'prom-client';
import { RecentRate } from './recent-rate.ts';

/** The collector's counters, under the names of DESIGN's native API. One set a process, shared by all receivers. */
export interface CollectorMetrics {
  /** Spans read from well-formed requests, rejected ones included. */
  readonly spansReceived: Counter<'receiver'>;
  /** Spans acknowledged by the store. */
  readonly spansStored: Counter<'receiver'>;
  /** The same of the last minute. */
  readonly recentlyStored: RecentRate;
  /** Spans left out of a request whose others were stored. */
  readonly spansRejected: Counter<'receiver' | 'reason'>;
  /** Spans of requests that were refused whole after they had been read. */
  readonly spansRefused: Counter<'receiver' | 'reason'>;
  /** Distinct traces; one counts again when it was silent while 50,000 others came. */
  readonly tracesReceived: Counter;
  readonly tracesStored: Counter;
  /** Writes that the store could not take, by its error code. */
  readonly storageErrors: Counter<'reason'>;
  /** Requests by outcome: `ok`, `partial`, or the error's code. */
  readonly requests: Counter<'receiver' | 'outcome'>;
  readonly requestBytes: Counter<'receiver' | 'stage'>;
  readonly inFlightBytes: Gauge;
}

export function createCollectorMetrics(registry: Registry): CollectorMetrics {
  const registers = [registry];
  return {
    spansReceived: new Counter({
      name: 'throughline_spans_received_total',
      help: 'Spans read from well-formed requests, rejected ones included.',
      labelNames: ['receiver'],
      registers,
    }),
    spansStored: new Counter({
      name: 'throughline_spans_stored_total',
      help: 'Spans acknowledged by the store.',
      labelNames: ['receiver'],
      registers,
    }),
    recentlyStored: new RecentRate(),
    spansRejected: new Counter({
      name: 'throughline_spans_rejected_total',
      help: 'Spans left out of a request whose other spans were stored, by reason.',
      labelNames: ['receiver', 'reason'],
      registers,
    }),
    spansRefused: new Counter({
      name: 'throughline_spans_refused_total',
      help: 'Spans of requests that were refused whole, by reason.',
      labelNames: ['receiver', 'reason'],
      registers,
    }),
    tracesReceived: new Counter({
      name: 'throughline_traces_received_total',
      help: 'Distinct traces received (recently seen ones count once).',
      registers,
    }),
    tracesStored: new Counter({
      name: 'throughline_traces_stored_total',
      help: 'Distinct traces stored (recently seen ones count once).',
      registers,
    }),
    storageErrors: new Counter({
      name: 'throughline_storage_errors_total',
      help: 'Writes that the store could not take, by its error code.',
      labelNames: ['reason'],
      registers,
    }),
    requests: new Counter({
      name: 'throughline_ingest_requests_total',
      help: 'Ingest requests by receiver and outcome (ok, partial, or an error code).',
      labelNames: ['receiver', 'outcome'],
      registers,
    }),
    requestBytes: new Counter({
      name: 'throughline_ingest_bytes_total',
      help: 'Bytes of ingest requests, as received and after inflation.',
      labelNames: ['receiver', 'stage'],
      registers,
    }),
    inFlightBytes: new Gauge({
      name: 'throughline_ingest_in_flight_bytes',
      help: 'Bytes of ingest requests being worked on.',
      registers,
    }),
  };
}
