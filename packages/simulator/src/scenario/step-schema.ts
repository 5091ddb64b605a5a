import { SpanKind } from '@throughline/model';
import {
  attributeSpec,
  durationDistribution,
  durationNano,
  numberDistribution,
  probability,
} from './quantity-schemas.ts';
import { constant } from '../random/distribution.ts';
import type {
  AlongsideSpan,
  Alternative,
  AttributeSpecs,
  BreakerSpec,
  CallPolicy,
  ClientSpanSpec,
  RetrySpec,
  Step,
  StepAction,
  Target,
} from './scenario.ts';
import {
  boolean,
  defined,
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

/** A step within a step, and so on: a few for each span within a span of a learnt scenario. */
const MAX_STEP_DEPTH = 200;
const MS = 1e6;

const targetMap: Schema<Target> = object<Target>({
  service: required('service', text(), ''),
  operation: required('operation', text(), ''),
});

/** `cart GET /items`: a service and one of its operations; a map where the service's name has a space in it. */
export const target: Schema<Target> = defined('target', {
  json: { anyOf: [{ type: 'string', pattern: String.raw`^\S+ .+$`, examples: ['cart GET /items'] }, targetMap.json] },
  parse: (input, path, issues) => {
    if (isRecord(input)) return targetMap.parse(input, path, issues);
    const match = typeof input === 'string' ? /^(\S+) +(\S.*)$/.exec(input) : null;
    if (match === null) return wrong(issues, path, 'must be "SERVICE OPERATION"', input);
    return { service: match[1] ?? '', operation: match[2] ?? '' };
  },
});

const noAttributes: AttributeSpecs = new Map();
export const attributes: Schema<AttributeSpecs> = mapOf(attributeSpec);

const retry: Schema<RetrySpec> = defined(
  'retry',
  object<RetrySpec>({
    attempts: required('attempts', number({ min: 2, max: 100, whole: true }), 'the first one included'),
    backoffNano: withDefault('backoff', durationNano, 50 * MS, 'before the second attempt; twice as long each time'),
    maxBackoffNano: withDefault('max_backoff', durationNano, 5_000 * MS, ''),
    jitter: withDefault('jitter', probability, 0.5, 'random share of the backoff'),
  }),
);

const breaker: Schema<BreakerSpec> = defined(
  'breaker',
  object<BreakerSpec>({
    failures: required('failures', number({ min: 1, max: 1_000_000, whole: true }), 'in a row'),
    openNano: required('open', durationNano, 'how long calls fail at once'),
  }),
);

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
export const spanKind: Schema<SpanKind> = mapped(oneOf(SPAN_KINDS), spanKindOf);

const NO_TIME = constant(0);
const clientSpan: Schema<ClientSpanSpec> = object<ClientSpanSpec>({
  name: optional('name', text(), "the span's name; the protocol's unless told otherwise"),
  spanKind: withDefault('kind', spanKind, SpanKind.CLIENT, ''),
  before: withDefault('before', durationDistribution, NO_TIME, 'time within the span before the request leaves'),
  after: withDefault('after', durationDistribution, NO_TIME, 'time within the span after the answer is there'),
});
const PLAIN_CLIENT: ClientSpanSpec = {
  name: undefined,
  spanKind: SpanKind.CLIENT,
  before: NO_TIME,
  after: NO_TIME,
};

/** The caller's span of a call, or `none`. */
const client: Schema<ClientSpanSpec | undefined> = defined('client', {
  json: { anyOf: [{ enum: ['none'] }, clientSpan.json] },
  parse: (input, path, issues) => (input === 'none' ? undefined : clientSpan.parse(input, path, issues)),
});

const alongsideSpan: Schema<AlongsideSpan> = object<AlongsideSpan>({
  name: required('span', text(), "the span's name"),
  spanKind: withDefault('kind', spanKind, SpanKind.INTERNAL, ''),
});

const alternative: Schema<Alternative> = object<Alternative>({
  weight: withDefault('weight', number({ min: 0, max: 1e9 }), 1, ''),
  steps: withDefault('steps', steps, [], ''),
});
/** Of which one can be chosen. */
const alternatives: Schema<readonly Alternative[]> = defined('alternatives', {
  json: list(alternative, { min: 1 }).json,
  parse: (input, path, issues) => {
    const parsed = list(alternative, { min: 1 }).parse(input, path, issues);
    if (parsed === INVALID || parsed.some(({ weight }) => weight > 0)) return parsed;
    issues.push({ code: 'out_of_range', path, message: 'must have a weight above 0' });
    return INVALID;
  },
});

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
      client: withDefault('client', client, PLAIN_CLIENT, "the caller's span, or none"),
      ...policyFields,
    },
    ({ target: called, attributes: of, client: clientOf, ...policy }) => ({
      kind: 'call',
      target: called,
      attributes: of,
      client: clientOf,
      policy,
    }),
  ),
  query: form(
    {
      text: required('query', text1, 'the query text'),
      database: required('database', text1, 'a service with the key database'),
      name: optional('name', text1, "the span's name; what the text is about unless told otherwise"),
      latency: optional('latency', durationDistribution, "instead of the database's own"),
      rows: optional('rows', numberDistribution, 'db.response.returned_rows'),
      ...policyFields,
    },
    ({ text: query, database, name, latency, rows, ...policy }) => ({
      kind: 'query',
      text: query,
      database,
      name,
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
  publish: form(
    {
      queue: required('publish', text1, 'a queue'),
      name: optional('name', text1, "the span's name; send QUEUE unless told otherwise"),
    },
    ({ queue, name }) => ({ kind: 'publish', queue, name }),
  ),
  parallel: form(
    {
      steps: required('parallel', steps, 'all at once'),
      copies: optional('copies', numberDistribution, 'of each step, at once'),
      alongside: withDefault('alongside', list(alongsideSpan), [], 'spans that are open until all steps are done'),
    },
    ({ steps: of, copies, alongside }) => ({ kind: 'parallel', steps: of, copies, alongside }),
  ),
  choose: form(
    { alternatives: required('choose', alternatives, 'one of them, by weight') },
    ({ alternatives: of }) => ({ kind: 'choose', alternatives: of }),
  ),
  background: form(
    { steps: required('background', steps, 'begun, and not waited for; a failure is nobody’s') },
    ({ steps: of }) => ({ kind: 'background', steps: of }),
  ),
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
      spanKind: withDefault('kind', spanKind, SpanKind.INTERNAL, ''),
      attributes: withDefault('attributes', attributes, noAttributes, ''),
      steps: withDefault('steps', steps, [], ''),
      isOptional: withDefault('optional', boolean, false, 'its failure is not that of what is around it'),
    },
    ({ name, spanKind: kindOf, attributes: of, steps: within, isOptional }) => ({
      kind: 'span',
      name,
      spanKind: kindOf,
      attributes: of,
      steps: within,
      isOptional,
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
