import { describe, expect, test } from 'vitest';
import { resolveTracingConfig, TracingConfigError, type TracingOptions } from '../../src/index.ts';
import { DEFAULT_BATCH } from '../../src/config/tracing-config.ts';
import { BATCH, config, exporters, resolved } from './resolved.ts';

test('the defaults are the specification’s', () => {
  const w3c = ['tracecontext', 'baggage'];
  expect(config()).toEqual({
    disabled: false,
    logLevel: 'info',
    resource: {
      attributes: {},
      schemaUrl: '',
      detectors: ['service', 'process', 'host', 'container', 'kubernetes', 'cloud'],
      detected: {},
      fromEnvironment: true,
    },
    sampler: { type: 'parent_based', root: { type: 'always' } },
    propagation: { http: w3c, grpc: w3c, messaging: w3c, database: 'off' },
    exporters: [
      {
        type: 'otlp',
        protocol: 'http/protobuf',
        endpoint: 'http://localhost:4318/v1/traces',
        headers: {},
        compression: 'none',
        timeoutMs: 10_000,
        processor: BATCH,
      },
    ],
    batch: DEFAULT_BATCH,
    limits: {
      attributeValueLengthLimit: Infinity,
      attributeCountLimit: 128,
      eventCountLimit: 128,
      linkCountLimit: 128,
      attributePerEventCountLimit: 128,
      attributePerLinkCountLimit: 128,
    },
    overhead: true,
    semconvStability: [],
  });
});

describe('the object', () => {
  test('everything it can say', () => {
    const found = config(
      {},
      {
        disabled: true,
        logLevel: 'debug',
        serviceName: 'shop',
        resource: { attributes: { team: 'x', replicas: 3 }, schemaUrl: 'https://x', detectors: ['host'] },
        sampler: { type: 'parent_based', rate: 0.25, remoteParentNotSampled: { type: 'rate_limited', rate: 5 } },
        propagation: { http: ['b3'], messaging: [], database: 'sqlcommenter' },
        exporters: [
          { type: 'console', processor: 'simple' },
          { type: 'file', path: 'spans.jsonl', batch: { maxQueueSize: 4096 } },
          { type: 'simple', endpoint: 'http://x/v1/traces', headers: { a: 'b' } },
        ],
        limits: { attributeCountLimit: 5 },
        batch: { scheduleDelayMs: 1 },
        semconvStability: ['http/dup'],
      },
    );
    expect(found).toMatchObject({
      disabled: true,
      logLevel: 'debug',
      resource: {
        attributes: { team: 'x', replicas: 3, 'service.name': 'shop' },
        schemaUrl: 'https://x',
        detectors: ['host'],
      },
      sampler: {
        type: 'parent_based',
        root: { type: 'probabilistic', rate: 0.25 },
        remoteParentNotSampled: { type: 'rate_limited', rate: 5 },
      },
      propagation: { http: ['b3'], grpc: ['b3'], messaging: [], database: 'sqlcommenter' },
      limits: { attributeCountLimit: 5, eventCountLimit: 128 },
      semconvStability: ['http/dup'],
    });
    expect(found.exporters).toEqual([
      { type: 'console', format: 'tree', processor: { type: 'simple' } },
      { type: 'file', path: 'spans.jsonl', processor: { ...BATCH, scheduleDelayMs: 1, maxQueueSize: 4096 } },
      {
        type: 'simple',
        endpoint: 'http://x/v1/traces',
        headers: { a: 'b' },
        timeoutMs: 10_000,
        processor: { ...BATCH, scheduleDelayMs: 1 },
      },
    ]);
  });

  test.each([
    ['http://c:4318', undefined, 'http://c:4318/v1/traces'],
    ['http://c:4318/', 'http/json', 'http://c:4318/v1/traces'],
    ['http://c/own', undefined, 'http://c/own'],
    ['http://c:4317', 'grpc', 'http://c:4317'],
    ['c:4317', 'grpc', 'https://c:4317'],
  ] as const)('OTLP to %s by %s goes to %s', (endpoint, protocol, url) => {
    const exporter = { type: 'otlp', endpoint, ...(protocol === undefined ? {} : { protocol }) } as const;
    expect(exporters({}, { exporters: [exporter] })[0]).toMatchObject({ endpoint: url });
  });

  test('gRPC has no zstd, and says so', () => {
    const found = resolved({}, { exporters: [{ type: 'otlp', protocol: 'grpc', compression: 'zstd' }] });
    expect(found.config.exporters[0]).toMatchObject({ compression: 'gzip' });
    expect(found.warnings).toEqual(['exporters[0]: gRPC is compressed with gzip instead of zstd']);
  });

  const problems = (given: unknown): object[] => {
    try {
      resolveTracingConfig(given as TracingOptions, { environment: {} });
    } catch (error) {
      expect(error).toBeInstanceOf(TracingConfigError);
      if (error instanceof TracingConfigError) return error.problems.map(({ code, path }) => ({ code, path }));
    }
    return [];
  };

  const always = { type: 'always' };
  const rules = (rule: object): object => ({ type: 'rules', rules: [rule], otherwise: always });

  test.each([
    [{ servicename: 'x' }, 'unknown_key', 'servicename'],
    [{ serviceName: '' }, 'missing', 'serviceName'],
    [{ sampler: { type: 'probablistic', rate: 1 } }, 'unknown_value', 'sampler.type'],
    [{ sampler: { type: 'probabilistic', rate: 1.01 } }, 'out_of_range', 'sampler.rate'],
    [{ sampler: { type: 'probabilistic', rate: Number.NaN } }, 'out_of_range', 'sampler.rate'],
    [{ sampler: { type: 'probabilistic' } }, 'missing', 'sampler.rate'],
    [{ sampler: { type: 'always', rate: 1 } }, 'unknown_key', 'sampler.rate'],
    [{ sampler: {} }, 'missing', 'sampler.type'],
    [{ sampler: { type: 'toString' } }, 'unknown_value', 'sampler.type'],
    [{ sampler: { type: 'per_operation', operations: { a: 2 }, rate: 1 } }, 'out_of_range', 'sampler.operations.a'],
    [{ sampler: rules({ spanName: 'a' }) }, 'missing', 'sampler.rules[0].sampler'],
    [{ sampler: rules({ name: 'a', sampler: always }) }, 'unknown_key', 'sampler.rules[0].name'],
    [{ sampler: rules({ spanKind: 'srver', sampler: always }) }, 'unknown_value', 'sampler.rules[0].spanKind'],
    [{ sampler: rules({ attribute: {}, sampler: always }) }, 'missing', 'sampler.rules[0].attribute.key'],
    [{ sampler: rules({ sampler: { type: 'probabilistic' } }) }, 'missing', 'sampler.rules[0].sampler.rate'],
    [{ exporters: [{ type: 'memory' }, { type: 'file' }] }, 'missing', 'exporters[1].path'],
    [{ exporters: [{ type: 'zipkin', endpoint: 'ftp://x' }] }, 'not_a_url', 'exporters[0].endpoint'],
    [{ exporters: [{ type: 'otlp', endpoint: 'c:4318' }] }, 'not_a_url', 'exporters[0].endpoint'],
    [{ exporters: [{ type: 'jaeger', endpoint: 'j:14268' }] }, 'not_a_url', 'exporters[0].endpoint'],
    [
      { exporters: [{ type: 'jaeger', protocol: 'udp/thrift.compact', endpoint: 'j:99999' }] },
      'not_a_url',
      'exporters[0].endpoint',
    ],
    [{ exporters: {} }, 'wrong_type', 'exporters'],
    [{ batch: { maxQueueSize: 0 } }, 'out_of_range', 'batch.maxQueueSize'],
    [{ batch: { maxQueueSize: 1.5 } }, 'out_of_range', 'batch.maxQueueSize'],
    [{ propagation: { http: ['w3c'] } }, 'unknown_value', 'propagation.http[0]'],
    [{ exporters: [{ type: 'memory', processor: 'simple', batch: {} }] }, 'no_effect', 'exporters[0].batch'],
    [
      { exporters: [{ type: 'jaeger', protocol: 'udp/thrift.compact', headers: { a: 'b' } }] },
      'no_effect',
      'exporters[0].headers',
    ],
    [
      { exporters: [{ type: 'jaeger', protocol: 'udp/thrift.compact', timeoutMs: 1 }] },
      'no_effect',
      'exporters[0].timeoutMs',
    ],
    [{ sampler: { type: 'parent_based', root: always, rate: 1 } }, 'no_effect', 'sampler.rate'],
    [null, 'wrong_type', ''],
  ])('%j is refused', (given, code, path) => {
    expect(problems(given)).toEqual([{ code, path }]);
  });

  test('rates at the ends are allowed, and all mistakes are told at once, with what was meant', () => {
    expect(problems({ sampler: { type: 'probabilistic', rate: 1 } })).toEqual([]);
    expect(problems({ sampler: { type: 'probabilistic', rate: 0 } })).toEqual([]);
    const wrong = { servicName: 'x', sampler: { type: 'probablistic' } } as unknown as TracingOptions;
    expect(() => resolveTracingConfig(wrong, { environment: {} })).toThrow(
      'servicName is not a known key; did you mean "serviceName"?; sampler.type is "probablistic"; did you mean "probabilistic"?',
    );
  });

  test.each([
    [8, []],
    [9, [{ code: 'out_of_range', path: `sampler${'.root'.repeat(8)}` }]],
  ])('samplers nested %d deep', (depth, expected) => {
    let sampler: object = { type: 'never' };
    for (let level = 1; level < depth; level++) sampler = { type: 'parent_based', root: sampler };
    expect(problems({ sampler })).toEqual(expected);
  });
});

describe('the object is stronger than variables, key by key', () => {
  test('what it leaves out, the variables say', () => {
    const environment = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4317',
      OTEL_EXPORTER_OTLP_HEADERS: 'a=1',
      OTEL_TRACES_EXPORTER: 'console',
      OTEL_TRACES_SAMPLER: 'always_off',
      OTEL_BSP_SCHEDULE_DELAY: '7',
      OTEL_BSP_MAX_QUEUE_SIZE: '700',
      OTEL_PROPAGATORS: 'b3',
    };
    const found = config(environment, {
      exporters: [{ type: 'otlp', protocol: 'grpc', compression: undefined as never }],
      sampler: { type: 'always' },
      batch: { scheduleDelayMs: 8 },
      propagation: { messaging: ['jaeger'] },
    });
    expect(found.exporters).toMatchObject([
      {
        endpoint: 'http://c:4317',
        headers: { a: '1' },
        compression: 'none',
        processor: { scheduleDelayMs: 8, maxQueueSize: 700 },
      },
    ]);
    expect(found.sampler).toEqual({ type: 'always' });
    expect(found.propagation).toMatchObject({ http: ['b3'], grpc: ['b3'], messaging: ['jaeger'] });
  });
});
