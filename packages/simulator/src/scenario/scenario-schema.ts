import { SpanKind } from '@throughline/model';
import { constant } from '../random/distribution.ts';
import { count, durationDistribution, durationNano, numberDistribution, probability } from './quantity-schemas.ts';
import {
  type ArrivalSpec,
  type CacheSpec,
  type ConsumerSpec,
  type DeploymentSpec,
  FAULT_KINDS,
  type FaultSpec,
  type HostsSpec,
  type NetworkSpec,
  type OperationSpec,
  type QueueSpec,
  type Scenario,
  type ServiceSpec,
  type Target,
  type WorkloadSpec,
} from './scenario.ts';
import {
  boolean,
  isRecord,
  list,
  mapOf,
  mapped,
  number,
  object,
  oneOf,
  optional,
  required,
  type Schema,
  text,
  withDefault,
  wrong,
} from './schema.ts';
import { attributes, spanKind, step, target } from './step-schema.ts';

const MS = 1e6;
const SECOND = 1e9;
const rate: Schema<number> = number({ min: 0, max: 1e6 });

const operationObject: Schema<OperationSpec> = object<OperationSpec>({
  steps: withDefault('steps', list(step), [], 'what it does, in order'),
  spanKind: withDefault('kind', spanKind, SpanKind.SERVER, 'of its span; messages have consumer'),
  attributes: withDefault('attributes', attributes, new Map(), 'of its span'),
  status: withDefault('status', number({ min: 200, max: 399, whole: true }), 200, 'HTTP status of a success'),
  errorRate: withDefault('error_rate', probability, 0, 'share of its requests that fail on their own'),
});

const operationSteps: Schema<OperationSpec> = mapped(list(step), (steps) => ({
  steps,
  spanKind: SpanKind.SERVER,
  attributes: new Map(),
  status: 200,
  errorRate: 0,
}));

/** A list of steps, or a map for what else there is to say. */
const operation: Schema<OperationSpec> = {
  json: { anyOf: [operationSteps.json, operationObject.json] },
  parse: (input, path, issues) => (Array.isArray(input) ? operationSteps : operationObject).parse(input, path, issues),
};

const deployment: Schema<DeploymentSpec> = object<DeploymentSpec>({
  version: required('version', text(), ''),
  atNano: required('at', durationNano, 'after the start'),
  replicas: optional('replicas', count, 'how many get it; all unless told otherwise'),
});

const cache: Schema<CacheSpec> = object<CacheSpec>({
  keys: required('keys', count, 'different entries that are asked for'),
  ttlNano: required('ttl', durationNano, 'how long an entry stays'),
  database: optional('database', text(), 'the database that holds it; without one it is in the process'),
});

const service: Schema<ServiceSpec> = object<ServiceSpec>({
  language: withDefault('language', text(), 'nodejs', 'telemetry.sdk.language'),
  namespace: optional('namespace', text(), 'service.namespace'),
  version: withDefault('version', text(), '1.0.0', 'service.version'),
  deployments: withDefault('deployments', list(deployment), [], 'later versions'),
  replicas: withDefault('replicas', count, 1, ''),
  workers: withDefault('workers', count, 64, 'requests that a replica works on at once'),
  queue: withDefault('queue', count, 10_000, 'requests that wait for a worker of a replica'),
  pools: withDefault('pools', mapOf(count), new Map(), 'connections of a replica, by the service they lead to'),
  caches: withDefault('caches', mapOf(cache), new Map(), ''),
  database: optional('database', text(), 'db.system.name, of a database'),
  databaseName: optional('database_name', text(), 'db.namespace, of a database'),
  latency: withDefault('latency', durationDistribution, constant(2 * MS), 'of the queries, of a database'),
  isTraced: withDefault('traced', boolean, true, 'whether it makes spans of its own (databases do not)'),
  operations: withDefault(
    'operations',
    mapOf(operation),
    new Map(),
    'by name: "GET /items", "pkg.Service/Method" or any other',
  ),
  attributes: withDefault('attributes', attributes, new Map(), 'of its resource; fixed values only'),
});

const consumer: Schema<ConsumerSpec> = mapped(
  object<Omit<ConsumerSpec, 'service' | 'operation'> & { target: Target }>({
    target: required('call', target, 'SERVICE OPERATION'),
    name: optional('name', text(), "the span's name; process QUEUE unless told otherwise"),
    probability: withDefault('probability', probability, 1, 'share of the messages that it gets'),
    concurrency: withDefault('concurrency', count, 1, 'loops on each replica'),
    batch: withDefault('batch', count, 1, 'messages at once; several are linked, one continues its trace'),
    isLinked: withDefault('linked', boolean, false, 'whether one message begins a trace of its own, too'),
    batchWaitNano: withDefault('batch_wait', durationNano, 100 * MS, 'for a batch to fill'),
  }),
  ({ target: { service: name, operation: called }, ...rest }) => ({ service: name, operation: called, ...rest }),
);

const queue: Schema<QueueSpec> = object<QueueSpec>({
  system: withDefault('system', text(), 'kafka', 'messaging.system'),
  capacity: withDefault('capacity', count, 100_000, 'messages that wait; further ones are refused'),
  latency: withDefault('latency', durationDistribution, constant(2 * MS), 'of sending'),
  delay: withDefault('delay', durationDistribution, constant(0), 'from then until a consumer can take the message'),
  partitions: withDefault('partitions', count, 1, ''),
  consumers: withDefault('consumers', list(consumer), [], ''),
});

const once = object<{ count: number }>({ count: withDefault('once', count, 1, 'requests at the start') });
const diurnal = object<{ meanPerSecond: number; amplitude: number; periodNano: number }>({
  meanPerSecond: required('mean', rate, 'per second'),
  amplitude: withDefault('amplitude', probability, 0.8, ''),
  periodNano: withDefault('period', durationNano, 24 * 3600 * SECOND, ''),
});
const bursts = object<{ basePerSecond: number; burstPerSecond: number; everyNano: number; lengthNano: number }>({
  basePerSecond: required('base', rate, 'per second'),
  burstPerSecond: required('burst', rate, 'per second, during a burst'),
  everyNano: required('every', durationNano, ''),
  lengthNano: required('for', durationNano, ''),
});
const users = object<{ count: number; think: ServiceSpec['latency'] }>({
  count: required('count', count, ''),
  think: required('think', durationDistribution, 'between an answer and the next request'),
});

/** By the key that names the kind. */
const arrivalForms: Readonly<Record<string, Schema<ArrivalSpec>>> = {
  once: mapped(once, (spec) => ({ kind: 'once', ...spec })),
  interval: mapped(
    object<{ intervalNano: number }>({ intervalNano: required('interval', durationNano, 'between requests') }),
    (spec) => ({ kind: 'interval', ...spec }),
  ),
  poisson: mapped(object<{ perSecond: number }>({ perSecond: required('poisson', rate, 'per second') }), (spec) => ({
    kind: 'poisson',
    ...spec,
  })),
  diurnal: mapped(
    object<{ diurnal: { meanPerSecond: number; amplitude: number; periodNano: number } }>({
      diurnal: required('diurnal', diurnal, ''),
    }),
    (spec) => ({
      kind: 'diurnal',
      ...spec.diurnal,
    }),
  ),
  bursts: mapped(
    object<{ bursts: { basePerSecond: number; burstPerSecond: number; everyNano: number; lengthNano: number } }>({
      bursts: required('bursts', bursts, ''),
    }),
    (spec) => ({
      kind: 'bursts',
      ...spec.bursts,
    }),
  ),
  users: mapped(
    object<{ users: { count: number; think: ServiceSpec['latency'] } }>({ users: required('users', users, '') }),
    (spec) => ({ kind: 'users', ...spec.users }),
  ),
};

const arrivals: Schema<ArrivalSpec> = {
  json: { anyOf: Object.values(arrivalForms).map(({ json }) => json) },
  parse: (input, path, issues) => {
    const key = isRecord(input) ? Object.keys(arrivalForms).find((name) => name in input) : undefined;
    const chosen = key === undefined ? undefined : arrivalForms[key];
    if (chosen !== undefined) return chosen.parse(input, path, issues);
    return wrong(issues, path, `must be a map with one of ${Object.keys(arrivalForms).join(', ')}`, input);
  },
};

const weightedTarget = object<WorkloadSpec['targets'][number]>({
  target: required('call', target, 'SERVICE OPERATION'),
  weight: withDefault('weight', number({ min: 0, max: 1e6 }), 1, ''),
});

const workload: Schema<WorkloadSpec> = object<WorkloadSpec>({
  targets: required('calls', list(weightedTarget, { min: 1 }), 'one of them for each request, by weight'),
  arrivals: required('arrivals', arrivals, ''),
});

const network: Schema<NetworkSpec> = object<NetworkSpec>({
  latency: withDefault('latency', durationDistribution, constant(0.5 * MS), 'one way'),
  loss: withDefault('loss', number({ min: 0, max: 0.9 }), 0, 'share of messages that are lost and sent again'),
  retransmitNano: withDefault('retransmit', durationNano, 200 * MS, 'until a lost message is sent again'),
});

const hosts: Schema<HostsSpec> = object<HostsSpec>({
  count: withDefault('count', count, 3, ''),
  clockOffset: withDefault('clock_offset', durationDistribution, constant(0), 'how far a clock is off, either way'),
  clockDriftPpm: withDefault('clock_drift_ppm', numberDistribution, constant(0), 'microseconds a second, either way'),
});

export const faultSchema: Schema<FaultSpec> = object<FaultSpec>({
  kind: required('kind', oneOf(FAULT_KINDS), ''),
  service: optional('service', text(), ''),
  operation: optional('operation', text(), 'only this one of the service'),
  host: optional('host', text(), 'only on this host: host-1 and so on'),
  resource: optional('resource', text(), 'a pool (the service it leads to), a lock or a cache'),
  version: optional('version', text(), 'of a bad deployment'),
  atNano: withDefault('at', durationNano, 0, 'after the start'),
  lengthNano: withDefault('for', durationNano, 60 * SECOND, ''),
  factor: withDefault('factor', number({ min: 1, max: 1e6 }), 5, 'how many times longer, or how many times more often'),
  delayNano: withDefault('delay', durationNano, 500 * MS, 'added delay, or the length of a pause'),
  everyNano: withDefault('every', durationNano, 2 * SECOND, 'from one memory pause to the next'),
  errorRate: withDefault('error_rate', probability, 0.5, ''),
});

/** The whole file. */
export const scenarioSchema: Schema<Scenario> = object<Scenario>({
  name: required('name', text(), ''),
  description: withDefault('description', text(), 'A simulated system', ''),
  durationNano: withDefault('duration', durationNano, 60 * SECOND, 'how long requests arrive'),
  environment: withDefault('environment', text(), 'simulation', 'deployment.environment.name'),
  services: required('services', mapOf(service), ''),
  queues: withDefault('queues', mapOf(queue), new Map(), ''),
  network: withDefault(
    'network',
    network,
    { latency: constant(0.5 * MS), loss: 0, retransmitNano: 200 * MS },
    'between any two services',
  ),
  hosts: withDefault('hosts', hosts, { count: 3, clockOffset: constant(0), clockDriftPpm: constant(0) }, ''),
  workload: required('workload', list(workload, { min: 1 }), ''),
  sampleRate: withDefault('sample_rate', probability, 1, 'share of traces that are recorded (head sampling)'),
  spanLoss: withDefault('span_loss', probability, 0, 'share of spans that are lost on their way'),
  faults: withDefault('faults', list(faultSchema), [], ''),
  slowTraceNano: optional('slow_trace', durationNano, 'traces that take longer are listed'),
});
