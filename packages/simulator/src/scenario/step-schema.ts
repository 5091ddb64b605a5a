import { SpanKind } from '@throughline/model';
import {
  attributeSpec,
  durationDistribution,
  durationNano,
  numberDistribution,
  probability,
} from './quantity-schemas.ts';
import type { AttributeSpecs, BreakerSpec, CallPolicy, RetrySpec, Step, StepAction, Target } from './scenario.ts';
import {
  boolean,
  type Fields,
  INVALID,
  isRecord,
  list,
  mapped,
  mapOf,
  number,
  object,
  oneOf,
  optional,
  recursive,
  required,
  type Schema,
  type ScenarioIssue,
  text,
  withDefault,
  wrong,
} from './schema.ts';

const MAX_STEP_DEPTH = 40;
const MS = 1e6;

/** `cart GET /items`: a service and one of its operations. */
export const target: Schema<Target> = {
  json: { type: 'string', pattern: String.raw`^\S+ .+$`, examples: ['cart GET /items'] },
  parse: (input, path, issues) => {
    const match = typeof input === 'string' ? /^(\S+) +(\S.*)$/.exec(input) : null;
    if (match === null) return wrong(issues, path, 'must be "SERVICE OPERATION"', input);
    return { service: match[1] ?? '', operation: match[2] ?? '' };
  },
};

const noAttributes: AttributeSpecs = new Map();
export const attributes: Schema<AttributeSpecs> = mapOf(attributeSpec);

const retry: Schema<RetrySpec> = object<RetrySpec>({
  attempts: required('attempts', number({ min: 2, max: 100, whole: true }), 'the first one included'),
  backoffNano: withDefault('backoff', durationNano, 50 * MS, 'before the second attempt; twice as long each time'),
  maxBackoffNano: withDefault('max_backoff', durationNano, 5_000 * MS, ''),
  jitter: withDefault('jitter', probability, 0.5, 'random share of the backoff'),
});

const breaker: Schema<BreakerSpec> = object<BreakerSpec>({
  failures: required('failures', number({ min: 1, max: 1_000_000, whole: true }), 'in a row'),
  openNano: required('open', durationNano, 'how long calls fail at once'),
});

interface CommonKeys {
  readonly probability: number;
  readonly repeat: Step['repeat'];
}
const commonFields: Fields<CommonKeys> = {
  probability: withDefault('probability', probability, 1, 'of taking the step'),
  repeat: optional('repeat', numberDistribution, 'how often in a row'),
};

const policyFields = {
  timeoutNano: optional('timeout', durationNano, 'of each attempt'),
  retry: optional('retry', retry, ''),
  breaker: optional('breaker', breaker, 'a circuit breaker'),
  isOptional: withDefault('optional', boolean, false, 'its failure is not the caller’s'),
} satisfies Fields<CallPolicy>;

const steps: Schema<readonly Step[]> = list(recursive('step', () => step));

const SPAN_KINDS = ['internal', 'client', 'server', 'producer', 'consumer'] as const;

/** A kind of step with its keys, the common ones among them. */
function form<T extends object>(fields: Fields<T>, make: (values: T) => StepAction): Schema<Step> {
  // Both sets of keys, which the compiler cannot put together for an unknown T.
  const schema = object<T & CommonKeys>({ ...fields, ...commonFields } as Fields<T & CommonKeys>);
  return mapped(schema, (values) => {
    const { probability: chance, repeat, ...rest } = values;
    return { action: make(rest as unknown as T), probability: chance, repeat }; // T is what is left.
  });
}

const text1 = text();

/** By the key that names the kind. */
const forms: Readonly<Record<string, Schema<Step>>> = {
  work: form({ duration: required('work', durationDistribution, 'time that a worker is busy') }, ({ duration }) => ({
    kind: 'work',
    duration,
  })),
  call: form(
    {
      target: required('call', target, 'SERVICE OPERATION'),
      attributes: withDefault('attributes', attributes, noAttributes, 'of the client span'),
      ...policyFields,
    },
    ({ target: called, attributes: of, ...policy }) => ({
      kind: 'call',
      target: called,
      attributes: of,
      policy,
    }),
  ),
  query: form(
    {
      text: required('query', text1, 'the query text'),
      database: required('database', text1, 'a service with the key database'),
      latency: optional('latency', durationDistribution, "instead of the database's own"),
      rows: optional('rows', numberDistribution, 'db.response.returned_rows'),
      ...policyFields,
    },
    ({ text: query, database, latency, rows, ...policy }) => ({
      kind: 'query',
      text: query,
      database,
      latency,
      rows,
      policy,
    }),
  ),
  cache: form(
    {
      cache: required('cache', text1, "one of the service's caches"),
      miss: required('miss', steps, 'what is done when the entry is not there'),
    },
    ({ cache, miss }) => ({ kind: 'cache', cache, miss }),
  ),
  publish: form({ queue: required('publish', text1, 'a queue') }, ({ queue }) => ({ kind: 'publish', queue })),
  parallel: form({ steps: required('parallel', steps, 'all at once') }, ({ steps: of }) => ({
    kind: 'parallel',
    steps: of,
  })),
  sequence: form({ steps: required('sequence', steps, 'one after the other') }, ({ steps: of }) => ({
    kind: 'sequence',
    steps: of,
  })),
  lock: form(
    { lock: required('lock', text1, 'a name'), steps: required('steps', steps, 'while holding it') },
    ({ lock, steps: of }) => ({ kind: 'lock', lock, steps: of }),
  ),
  span: form(
    {
      name: required('span', text1, "the span's name"),
      spanKind: withDefault('kind', oneOf(SPAN_KINDS), 'internal', ''),
      attributes: withDefault('attributes', attributes, noAttributes, ''),
      steps: withDefault('steps', steps, [], ''),
    },
    ({ name, spanKind, attributes: of, steps: within }) => ({
      kind: 'span',
      name,
      spanKind: spanKindOf(spanKind),
      attributes: of,
      steps: within,
    }),
  ),
  fail: form(
    {
      type: required('fail', text1, 'error.type, or the type of the exception'),
      message: withDefault('message', text1, 'request failed', ''),
      status: withDefault('status', number({ min: 400, max: 599, whole: true }), 500, 'of the HTTP response'),
      isException: withDefault('exception', boolean, false, 'whether it is thrown and recorded'),
    },
    (failure) => ({ kind: 'fail', ...failure }),
  ),
};

let depth = 0;

/** A step: a map in which one key says its kind. */
export const step: Schema<Step> = {
  json: { anyOf: Object.values(forms).map(({ json }) => json) },
  parse: (input, path, issues) => {
    if (!isRecord(input)) return wrong(issues, path, `must be a map with one of ${kinds()}`, input);
    const found = Object.keys(forms).find((key) => key in input);
    const chosen = found === undefined ? undefined : forms[found];
    if (chosen === undefined) return wrong(issues, path, `must have one of the keys ${kinds()}`, input);
    if (depth >= MAX_STEP_DEPTH) return tooDeep(path, issues);
    depth++;
    const parsed = chosen.parse(input, path, issues);
    depth--;
    return parsed;
  },
};

function tooDeep(path: string, issues: ScenarioIssue[]): typeof INVALID {
  issues.push({ code: 'invalid', path, message: `steps are nested more than ${MAX_STEP_DEPTH} deep` });
  return INVALID;
}

function kinds(): string {
  return Object.keys(forms).join(', ');
}

function spanKindOf(name: (typeof SPAN_KINDS)[number]): SpanKind {
  switch (name) {
    case 'internal':
      return SpanKind.INTERNAL;
    case 'client':
      return SpanKind.CLIENT;
    case 'server':
      return SpanKind.SERVER;
    case 'producer':
      return SpanKind.PRODUCER;
    case 'consumer':
      return SpanKind.CONSUMER;
  }
}
