import type { AttributeValue, SpanKind } from '@throughline/model';
import type { Distribution } from '../random/distribution.ts';

/** How an attribute's value comes about. */
export type AttributeSpec =
  | { readonly kind: 'fixed'; readonly value: AttributeValue }
  | { readonly kind: 'integer' | 'double'; readonly distribution: Distribution }
  | { readonly kind: 'one-of'; readonly values: readonly AttributeValue[] }
  /** `prefix` and a number below `count`. */
  | { readonly kind: 'id'; readonly prefix: string; readonly count: number };
export type AttributeSpecs = ReadonlyMap<string, AttributeSpec>;

/** Tries after the first fail: waits `backoff`, twice as long each time, a random part of it with `jitter`. */
export interface RetrySpec {
  /** The first one included. */
  readonly attempts: number;
  readonly backoffNano: number;
  readonly maxBackoffNano: number;
  /** 0: exactly the backoff; 1: anything from nothing to it. */
  readonly jitter: number;
}

/** After `failures` in a row, calls fail at once for `openNano`; then one is let through to try. */
export interface BreakerSpec {
  readonly failures: number;
  readonly openNano: number;
}

export interface Target {
  readonly service: string;
  readonly operation: string;
}

export interface CallPolicy {
  readonly timeoutNano: number | undefined;
  readonly retry: RetrySpec | undefined;
  readonly breaker: BreakerSpec | undefined;
  /** Its failure is not the caller's. */
  readonly isOptional: boolean;
}

/** The span that a caller makes for a call. */
export interface ClientSpanSpec {
  /** Undefined: the name that the target's protocol gives it. */
  readonly name: string | undefined;
  readonly spanKind: SpanKind;
  /** Time within the span before the request leaves, and after the answer is there. */
  readonly before: Distribution;
  readonly after: Distribution;
}

export type StepAction =
  | { readonly kind: 'work'; readonly duration: Distribution }
  | {
      readonly kind: 'call';
      readonly target: Target;
      readonly policy: CallPolicy;
      readonly attributes: AttributeSpecs;
      /** Undefined: the caller makes no span for it. */
      readonly client: ClientSpanSpec | undefined;
    }
  | {
      readonly kind: 'query';
      readonly database: string;
      readonly text: string;
      /** Of its span; undefined: what the text is about. */
      readonly name: string | undefined;
      readonly latency: Distribution | undefined;
      readonly rows: Distribution | undefined;
      readonly policy: CallPolicy;
    }
  | {
      readonly kind: 'cache';
      readonly cache: string;
      /** What is done when the entry is not there. */
      readonly miss: readonly Step[];
    }
  /** `name` is that of its span; undefined: `send QUEUE`. */
  | { readonly kind: 'publish'; readonly queue: string; readonly name: string | undefined }
  /** `copies` of each step at once; undefined: one. The spans alongside are open until all steps are done. */
  | {
      readonly kind: 'parallel';
      readonly steps: readonly Step[];
      readonly copies: Distribution | undefined;
      readonly alongside: readonly AlongsideSpan[];
    }
  /** One of the alternatives, by weight. */
  | { readonly kind: 'choose'; readonly alternatives: readonly Alternative[] }
  /** Begun, and not waited for; its failure is nobody's. */
  | { readonly kind: 'background'; readonly steps: readonly Step[] }
  | { readonly kind: 'sequence'; readonly steps: readonly Step[] }
  | { readonly kind: 'lock'; readonly lock: string; readonly steps: readonly Step[] }
  | {
      readonly kind: 'span';
      readonly name: string;
      readonly spanKind: SpanKind;
      readonly attributes: AttributeSpecs;
      readonly steps: readonly Step[];
      /** Its failure is not that of what is around it. */
      readonly isOptional: boolean;
    }
  | {
      readonly kind: 'fail';
      readonly type: string;
      readonly message: string;
      /** HTTP's; gRPC's follows from it. */
      readonly status: number;
      readonly isException: boolean;
    };

export interface AlongsideSpan {
  readonly name: string;
  readonly spanKind: SpanKind;
}

export interface Alternative {
  readonly weight: number;
  readonly steps: readonly Step[];
}

/** One step of an operation. */
export interface Step {
  readonly action: StepAction;
  readonly probability: number;
  /** How often in a row. */
  readonly repeat: Distribution | undefined;
}

export interface OperationSpec {
  readonly steps: readonly Step[];
  /** Of its span; messages have CONSUMER whatever this says. */
  readonly spanKind: SpanKind;
  readonly attributes: AttributeSpecs;
  /** HTTP status of a success; 200 unless told otherwise. */
  readonly status: number;
  readonly errorRate: number;
}

/** A version that a service gets at an instant, on all its replicas or on some. */
export interface DeploymentSpec {
  readonly version: string;
  readonly atNano: number;
  readonly replicas: number | undefined;
}

export interface CacheSpec {
  /** How many different entries are asked for; some far more often than others. */
  readonly keys: number;
  readonly ttlNano: number;
  /** The database that holds it; undefined: in the process. */
  readonly database: string | undefined;
}

export interface ServiceSpec {
  readonly language: string;
  readonly namespace: string | undefined;
  readonly version: string;
  readonly deployments: readonly DeploymentSpec[];
  readonly replicas: number;
  /** Requests that a replica works on at once. */
  readonly workers: number;
  /** Requests that wait for a worker of a replica; further ones are refused. */
  readonly queue: number;
  /** Connections that each replica has to another service, by its name; without an entry, as many as it wants. */
  readonly pools: ReadonlyMap<string, number>;
  readonly caches: ReadonlyMap<string, CacheSpec>;
  /** `db.system.name` of a database. */
  readonly database: string | undefined;
  readonly databaseName: string | undefined;
  /** How long a database takes for a query that says nothing else. */
  readonly latency: Distribution;
  /** Whether it makes spans of its own. */
  readonly isTraced: boolean;
  readonly operations: ReadonlyMap<string, OperationSpec>;
  readonly attributes: AttributeSpecs;
}

export interface ConsumerSpec {
  readonly service: string;
  readonly operation: string;
  /** Of its spans; undefined: `process QUEUE`. */
  readonly name: string | undefined;
  /** Share of the messages that it gets. */
  readonly probability: number;
  /** Message-processing loops on each replica. */
  readonly concurrency: number;
  /** Messages taken at once, at most; one message continues its trace, several are linked. */
  readonly batch: number;
  /** Whether one message is only linked, too. */
  readonly isLinked: boolean;
  /** How long it waits for a batch to fill. */
  readonly batchWaitNano: number;
}

export interface QueueSpec {
  /** `messaging.system` */
  readonly system: string;
  readonly capacity: number;
  /** Until the queue has a message: how long sending takes. */
  readonly latency: Distribution;
  /** From then until a consumer can take it. */
  readonly delay: Distribution;
  readonly partitions: number;
  readonly consumers: readonly ConsumerSpec[];
}

export type ArrivalSpec =
  /** One request, or `count`, at the start. */
  | { readonly kind: 'once'; readonly count: number }
  | { readonly kind: 'interval'; readonly intervalNano: number }
  | { readonly kind: 'poisson'; readonly perSecond: number }
  | {
      readonly kind: 'diurnal';
      readonly meanPerSecond: number;
      readonly amplitude: number;
      readonly periodNano: number;
    }
  | {
      readonly kind: 'bursts';
      readonly basePerSecond: number;
      readonly burstPerSecond: number;
      readonly everyNano: number;
      readonly lengthNano: number;
    }
  /** A closed loop: each user waits for the answer, thinks, and asks again. */
  | { readonly kind: 'users'; readonly count: number; readonly think: Distribution };

export interface WorkloadSpec {
  readonly targets: readonly { readonly target: Target; readonly weight: number }[];
  readonly arrivals: ArrivalSpec;
}

export interface NetworkSpec {
  /** One way. */
  readonly latency: Distribution;
  /** Share of messages that are lost and sent again after `retransmitNano`. */
  readonly loss: number;
  readonly retransmitNano: number;
}

export interface HostsSpec {
  readonly count: number;
  /** Offset of each host's clock: drawn in magnitude, the sign at random. */
  readonly clockOffset: Distribution;
  readonly clockDriftPpm: Distribution;
}

export const FAULT_KINDS = [
  'cpu_contention',
  'slow_dependency',
  'network_delay',
  'error_return',
  'exception',
  'memory_pause',
  'n_plus_one',
  'retry_storm',
  'pool_exhaustion',
  'cache_stampede',
  'bad_deployment',
  'bad_host',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** A fault over a time window. What a kind needs and what its numbers mean stands with each kind in the documentation. */
export interface FaultSpec {
  readonly kind: FaultKind;
  readonly service: string | undefined;
  readonly operation: string | undefined;
  readonly host: string | undefined;
  /** Of a pool: the service it leads to; of a lock or a cache: its name. */
  readonly resource: string | undefined;
  readonly version: string | undefined;
  readonly atNano: number;
  readonly lengthNano: number;
  /** How many times longer, or how many times more often. */
  readonly factor: number;
  readonly delayNano: number;
  readonly everyNano: number;
  readonly errorRate: number;
}

/** Everything about a simulated system; plain data. Durations are nanoseconds. */
export interface Scenario {
  readonly name: string;
  readonly description: string;
  readonly durationNano: number;
  readonly environment: string;
  readonly services: ReadonlyMap<string, ServiceSpec>;
  readonly queues: ReadonlyMap<string, QueueSpec>;
  readonly network: NetworkSpec;
  readonly hosts: HostsSpec;
  readonly workload: readonly WorkloadSpec[];
  /** Head sampling: the share of traces that are recorded. */
  readonly sampleRate: number;
  /** Share of the spans that are lost on their way. */
  readonly spanLoss: number;
  readonly faults: readonly FaultSpec[];
  /** Traces that take longer are listed as slow. */
  readonly slowTraceNano: number | undefined;
}
