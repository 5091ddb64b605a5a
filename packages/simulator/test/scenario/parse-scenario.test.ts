import { describe, expect, test } from 'vitest';
import { parseScenario, ScenarioError, scenarioJsonSchema } from '../../src/index.ts';

const sound = {
  name: 'small',
  services: {
    front: { operations: { 'GET /': [{ work: '1ms' }] } },
    db: { database: 'redis' },
  },
  workload: [{ calls: [{ call: 'front GET /' }], arrivals: { poisson: 1 } }],
};

function issuesOf(input: unknown): readonly string[] {
  try {
    parseScenario(input);
  } catch (error) {
    if (error instanceof ScenarioError) return error.issues.map(({ code, path }) => `${code} ${path}`);
    throw error;
  }
  return [];
}

function withStep(step: unknown): unknown {
  return { ...sound, services: { ...sound.services, front: { operations: { 'GET /': [step] } } } };
}

describe('scenarios', () => {
  test('a small one, with its defaults', () => {
    const scenario = parseScenario(sound);
    expect(scenario.services.get('front')).toMatchObject({ replicas: 1, language: 'nodejs', version: '1.0.0' });
    expect(scenario).toMatchObject({ durationNano: 60e9, sampleRate: 1, spanLoss: 0, faults: [] });
  });

  test('every way to write a distribution', () => {
    const durations = [
      '5ms',
      { uniform: ['1ms', '2ms'] },
      { exponential: '3ms' },
      { p50: '1ms', p99: '20ms' },
      { p50: '1ms', p95: '20ms' },
      { log_normal: { median: '1ms', sigma: 0.4 } },
      { empirical: { p0: '1ms', p50: '2ms', p99: '30ms', p100: '1s' } },
    ];
    const kinds = durations.map((work) => {
      const [step] = parseScenario(withStep({ work })).services.get('front')?.operations.get('GET /')?.steps ?? [];
      return step?.action.kind === 'work' ? step.action.duration.kind : undefined;
    });
    expect(kinds).toEqual([
      'constant',
      'uniform',
      'exponential',
      'log-normal',
      'log-normal',
      'log-normal',
      'empirical',
    ]);
  });

  test.each([
    [{ ...sound, nmae: 'x' }, 'unknown_key nmae'],
    [{ name: 'x', workload: sound.workload }, 'missing services'],
    [{ ...sound, sample_rate: 2 }, 'out_of_range sample_rate'],
    [{ ...sound, duration: 'soon' }, 'wrong_type duration'],
    [{ ...sound, duration: '99999999h' }, 'out_of_range duration'],
    ['text', 'wrong_type '],
    [withStep({ wrok: '1ms' }), 'wrong_type services.front.operations.GET /[0]'],
    [withStep({ work: { uniform: ['2ms', '1ms'] } }), 'out_of_range services.front.operations.GET /[0].work.uniform'],
    [withStep({ work: { p50: '2ms', p99: '1ms' } }), 'out_of_range services.front.operations.GET /[0].work.p99'],
    [withStep({ work: { empirical: { p50: '1ms' } } }), 'invalid services.front.operations.GET /[0].work.empirical'],
    [withStep({ call: 'nobody GET /' }), 'unknown_name services.front.operations.GET /[0].call'],
    [withStep({ call: 'front GET /x' }), 'unknown_name services.front.operations.GET /[0].call'],
    [withStep({ query: 'GET', database: 'front' }), 'unknown_name services.front.operations.GET /[0].database'],
    [withStep({ cache: 'c', miss: [] }), 'unknown_name services.front.operations.GET /[0].cache'],
    [withStep({ publish: 'q' }), 'unknown_name services.front.operations.GET /[0].publish'],
    [withStep({ parallel: [{ call: 'x y' }] }), 'unknown_name services.front.operations.GET /[0].steps[0].call'],
    [{ ...sound, faults: [{ kind: 'flood', service: 'front' }] }, 'wrong_type faults[0].kind'],
    [{ ...sound, faults: [{ kind: 'exception' }] }, 'missing faults[0]'],
    [{ ...sound, faults: [{ kind: 'bad_host', host: 'host-9' }] }, 'unknown_name faults[0].host'],
    [{ ...sound, faults: [{ kind: 'pool_exhaustion', service: 'front' }] }, 'missing faults[0].resource'],
    [
      { ...sound, faults: [{ kind: 'pool_exhaustion', service: 'front', resource: 'db' }] },
      'unknown_name faults[0].resource',
    ],
    [{ ...sound, workload: [{ calls: [], arrivals: { poisson: 1 } }] }, 'wrong_type workload[0].calls'],
    [
      { ...sound, workload: [{ calls: [{ call: 'front GET /' }], arrivals: { often: 1 } }] },
      'wrong_type workload[0].arrivals',
    ],
  ])('a mistake has a code and a place: %#', (input, issue) => {
    expect(issuesOf(input)).toEqual([issue]);
  });

  test('all mistakes are told at once', () => {
    expect(issuesOf({ ...sound, duration: 'x', sample_rate: 'y' })).toHaveLength(2);
  });

  test('steps may be nested, but not for ever', () => {
    let step: unknown = { work: '1ms' };
    for (let i = 0; i < 199; i++) step = { sequence: [step] };
    expect(issuesOf(withStep(step))).toEqual([]);
    expect(issuesOf(withStep({ sequence: [step] }))).toHaveLength(1);
  });

  test('a company is generated: the same each time, and sound', () => {
    const input = { name: 'company', generate: { services: 200, seed: 4 } };
    const company = parseScenario(input);
    expect(company.services.size).toBe(200);
    expect(company).toEqual(parseScenario(input));
    expect(issuesOf({ name: 'company', generate: { services: 3 } })).toContain('out_of_range generate.services');
  });

  test('the JSON schema names every step', () => {
    const text = JSON.stringify(scenarioJsonSchema());
    for (const kind of [
      'work',
      'call',
      'query',
      'cache',
      'publish',
      'parallel',
      'choose',
      'background',
      'sequence',
      'lock',
      'span',
      'fail',
    ]) {
      expect(text).toContain(`"${kind}":`);
    }
    expect(text).toContain('"$ref":"#/$defs/step"');
  });
});
