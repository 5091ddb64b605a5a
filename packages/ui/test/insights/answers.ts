import type {
  CauseAnswer,
  CauseEvidenceAnswer,
  ChangesAnswer,
  FeatureLiftAnswer,
  OperationChangeAnswer,
  RootCauseAnswer,
} from '@throughline/query/client';

/** Answers of the API for tests, with what is given and harmless rest. */

const window = {
  start_time: 1000,
  end_time: 4600,
  start_time_unix_nano: '1000000000000',
  end_time_unix_nano: '4600000000000',
};

export function evidence(given: Partial<CauseEvidenceAnswer> = {}): CauseEvidenceAnswer {
  return {
    kind: 'slower',
    service: 'payment',
    operation: 'Charge',
    callee: null,
    weight: 0.4,
    affected_count: 41,
    observation_count: 310,
    usual_nano: 20e6,
    excess_nano: 100e6,
    samples: [{ trace_id: 'a', span_id: 'b' }],
    query: '{ name = "Charge" }',
    ...given,
  };
}

export function cause(name: string, score: number, given: Partial<CauseEvidenceAnswer> = {}): CauseAnswer {
  return { name, score, evidence: [evidence({ service: name, ...given })] };
}

export function feature(given: Partial<FeatureLiftAnswer> = {}): FeatureLiftAnswer & {
  readonly sample_trace_ids: readonly string[];
} {
  return {
    kind: 'attribute',
    service: 'payment',
    scope: 'resource',
    key: 'service.version',
    value: '5.1.0',
    before_count: 0,
    after_count: 40,
    before_share: 0,
    after_share: 1,
    lift: 1,
    effect_size: 3,
    adjusted_p_value: 1e-9,
    equals: [],
    equal_count: 0,
    query: '{ resource.service.version = "5.1.0" }',
    sample_trace_ids: [],
    ...given,
  };
}

export function rootCauses(given: Partial<RootCauseAnswer> = {}): RootCauseAnswer {
  return {
    window: { ...window, chosen: 'request' },
    sample: { trace_count: 500, read_trace_count: 500, read_span_count: 5000 },
    reference: null,
    split: null,
    services: [],
    operations: [],
    instances: [],
    attributes: [],
    complete: true,
    reasons: [],
    ...given,
  };
}

export function change(given: Partial<OperationChangeAnswer> = {}): OperationChangeAnswer {
  return {
    kind: 'slower',
    service: 'payment',
    operation: 'Charge',
    since_time: 2000,
    until_time: null,
    before: 20e6,
    after: 160e6,
    before_count: 100,
    after_count: 100,
    significance: 9,
    query: '{ name = "Charge" }',
    ...given,
  };
}

export function changes(operations: readonly OperationChangeAnswer[] = []): ChangesAnswer {
  return {
    window: { ...window, chosen: 'request' },
    reference: window,
    operations,
    split: {
      time: 2000,
      chosen: 'window_start',
      before: { trace_count: 0, read_trace_count: 0, read_span_count: 0 },
      after: { trace_count: 0, read_trace_count: 0, read_span_count: 0 },
    },
    features: [],
    new_services: [],
    new_edges: [],
    new_errors: [],
    complete: true,
    reasons: [],
  };
}
