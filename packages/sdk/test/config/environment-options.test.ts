import { describe, expect, test } from 'vitest';
import { BATCH, config, exporters, resolved } from './resolved.ts';

describe('variables', () => {
  test.each([
    ['true', true, 0],
    ['TRUE', true, 0],
    ['false', false, 0],
    ['', false, 0],
    ['1', false, 1],
  ])('OTEL_SDK_DISABLED=%s', (value, disabled, warningCount) => {
    const found = resolved({ OTEL_SDK_DISABLED: value });
    expect([found.config.disabled, found.warnings.length]).toEqual([disabled, warningCount]);
  });

  test('OTEL_THROUGHLINE_OVERHEAD_DISABLED, and the object is stronger', () => {
    expect(config({ OTEL_THROUGHLINE_OVERHEAD_DISABLED: 'true' }).overhead).toBe(false);
    expect(config({ OTEL_THROUGHLINE_OVERHEAD_DISABLED: 'false' }).overhead).toBe(true);
    expect(config({ OTEL_THROUGHLINE_OVERHEAD_DISABLED: 'true' }, { overhead: true }).overhead).toBe(true);
    expect(config({}, { overhead: false }).overhead).toBe(false);
  });

  test.each([
    ['always_on', undefined, { type: 'always' }],
    ['ALWAYS_OFF', undefined, { type: 'never' }],
    ['traceidratio', '0.1', { type: 'probabilistic', rate: 0.1 }],
    ['traceidratio', undefined, { type: 'probabilistic', rate: 1 }],
    ['parentbased_always_off', undefined, { type: 'parent_based', root: { type: 'never' } }],
    ['parentbased_traceidratio', '0.5', { type: 'parent_based', root: { type: 'probabilistic', rate: 0.5 } }],
    [
      'jaeger_remote',
      'endpoint=http://j:5778/sampling?a=b,pollingIntervalMs=5000,initialSamplingRate=0.25',
      { type: 'remote', endpoint: 'http://j:5778/sampling?a=b', pollingIntervalMs: 5000, initialRate: 0.25 },
    ],
    [
      'parentbased_jaeger_remote',
      undefined,
      {
        type: 'parent_based',
        root: {
          type: 'remote',
          endpoint: 'http://localhost:5778/sampling',
          pollingIntervalMs: 60_000,
          initialRate: 0.001,
        },
      },
    ],
    ['', undefined, { type: 'parent_based', root: { type: 'always' } }],
  ])('OTEL_TRACES_SAMPLER=%s, _ARG=%s', (sampler, argument, expected) => {
    const environment = {
      OTEL_TRACES_SAMPLER: sampler,
      ...(argument === undefined ? {} : { OTEL_TRACES_SAMPLER_ARG: argument }),
    };
    expect(config(environment).sampler).toEqual(expected);
  });

  test.each([
    [{ OTEL_TRACES_SAMPLER: 'xray' }],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '1.5' }],
    [{ OTEL_TRACES_SAMPLER: 'jaeger_remote', OTEL_TRACES_SAMPLER_ARG: 'pollingIntervalMs=never' }],
    [{ OTEL_BSP_SCHEDULE_DELAY: '5s' }],
    [{ OTEL_BSP_MAX_QUEUE_SIZE: '0' }],
    [{ OTEL_SPAN_EVENT_COUNT_LIMIT: '-1' }],
    [{ OTEL_EXPORTER_OTLP_TIMEOUT: '1e3' }],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/thrift' }],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }],
    [{ OTEL_PROPAGATORS: 'w3c' }],
    [{ OTEL_TRACES_EXPORTER: 'prometheus' }],
    [{ OTEL_LOG_LEVEL: 'loud' }],
  ])('%j warns once; the rest is as without it', (environment: Record<string, string>) => {
    const { config: found, warnings } = resolved(environment);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(Object.keys(environment).at(-1));
    const { sampler: _sampler, ...rest } = found;
    const { sampler: _default, ...expected } = config();
    expect(rest).toEqual(expected);
  });

  test('batch and limits; the span’s own variables are stronger than the general ones', () => {
    const found = config({
      OTEL_BSP_SCHEDULE_DELAY: ' 100 ',
      OTEL_BSP_EXPORT_TIMEOUT: '200',
      OTEL_BSP_MAX_QUEUE_SIZE: '300',
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '30',
      OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '1000',
      OTEL_ATTRIBUTE_COUNT_LIMIT: '10',
      OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '11',
      OTEL_SPAN_EVENT_COUNT_LIMIT: '12',
      OTEL_SPAN_LINK_COUNT_LIMIT: '13',
      OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT: '14',
      OTEL_LINK_ATTRIBUTE_COUNT_LIMIT: '0',
    });
    expect(found.exporters[0]?.processor).toEqual({
      ...BATCH,
      scheduleDelayMs: 100,
      exportTimeoutMs: 200,
      maxQueueSize: 300,
      maxExportBatchSize: 30,
    });
    expect(found.limits).toEqual({
      attributeValueLengthLimit: 1000,
      attributeCountLimit: 11,
      eventCountLimit: 12,
      linkCountLimit: 13,
      attributePerEventCountLimit: 14,
      attributePerLinkCountLimit: 0,
    });
  });

  test.each([
    ['100', 100, 0],
    ['99', 99, 1],
  ])('a batch of 100 with a queue of %s', (size, batchSize, warningCount) => {
    const found = resolved({ OTEL_BSP_MAX_QUEUE_SIZE: size, OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '100' });
    expect(found.config.exporters[0]?.processor).toMatchObject({ maxExportBatchSize: batchSize });
    expect(found.warnings).toHaveLength(warningCount);
  });

  test.each([
    ['none', []],
    ['b3,b3multi, jaeger,b3', ['b3', 'b3multi', 'jaeger']],
    ['tracecontext,none', ['tracecontext']],
  ])('OTEL_PROPAGATORS=%s', (value, names) => {
    expect(config({ OTEL_PROPAGATORS: value }).propagation).toEqual({
      http: names,
      grpc: names,
      messaging: names,
      database: 'off',
    });
  });

  test.each([
    ['none', []],
    ['console,zipkin', ['console', 'zipkin']],
    ['OTLP,jaeger', ['otlp', 'jaeger']],
  ])('OTEL_TRACES_EXPORTER=%s', (value, types) => {
    expect(config({ OTEL_TRACES_EXPORTER: value }).exporters.map((exporter) => exporter.type)).toEqual(types);
  });

  test.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }, 'http://c:4318/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c/base/' }, 'http://c/base/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://t/x' }, 'http://t/x'],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://t:4318' }, 'http://t:4318'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'http://c:4317'],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'http://localhost:4317'],
    [
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'c:4317',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
        OTEL_EXPORTER_OTLP_INSECURE: 'true',
      },
      'http://c:4317',
    ],
  ])('%j posts to %s', (environment: Record<string, string>, endpoint) => {
    expect(exporters(environment)[0]).toMatchObject({ endpoint });
  });

  test('the rest of OTLP', () => {
    expect(
      exporters({
        OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20abc%3D, x = 1 ',
        OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'x=2',
        OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
        OTEL_EXPORTER_OTLP_TIMEOUT: '5000',
        OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '6000',
        OTEL_EXPORTER_OTLP_CERTIFICATE: '/ca.pem',
        OTEL_EXPORTER_OTLP_CLIENT_KEY: '/key.pem',
        OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: '/cert.pem',
        OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
      }),
    ).toEqual([
      {
        type: 'otlp',
        protocol: 'http/json',
        endpoint: 'http://localhost:4318/v1/traces',
        headers: { authorization: 'Basic abc=', x: '2' },
        compression: 'gzip',
        timeoutMs: 6000,
        certificateFile: '/ca.pem',
        clientKeyFile: '/key.pem',
        clientCertificateFile: '/cert.pem',
      },
    ]);
  });

  test('a broken header is left out without telling its value', () => {
    const { config: found, warnings } = resolved({ OTEL_EXPORTER_OTLP_HEADERS: 'a=1,s3cret,b=%zz,c=x%0d%0ay' });
    expect(found.exporters[0]).toMatchObject({ headers: { a: '1' } });
    expect(warnings).toHaveLength(3);
    expect(warnings.join('')).not.toContain('s3cret');
  });

  test.each([
    [{}, 'http/thrift', 'http://localhost:14268/api/traces'],
    [
      { OTEL_EXPORTER_JAEGER_ENDPOINT: 'http://j/api/traces', JAEGER_ENDPOINT: 'http://other' },
      'http/thrift',
      'http://j/api/traces',
    ],
    [{ JAEGER_ENDPOINT: 'http://j/api/traces', JAEGER_AGENT_HOST: 'a' }, 'http/thrift', 'http://j/api/traces'],
    [{ JAEGER_AGENT_HOST: 'a' }, 'udp/thrift.compact', 'a:6831'],
    [{ OTEL_EXPORTER_JAEGER_AGENT_PORT: '7000' }, 'udp/thrift.compact', 'localhost:7000'],
    [{ OTEL_EXPORTER_JAEGER_PROTOCOL: 'grpc' }, 'grpc', 'http://localhost:14250'],
    [
      { OTEL_EXPORTER_JAEGER_PROTOCOL: 'GRPC', JAEGER_ENDPOINT: 'https://j:1', JAEGER_AGENT_HOST: 'a' },
      'grpc',
      'https://j:1',
    ],
    [
      { OTEL_EXPORTER_JAEGER_PROTOCOL: 'udp/thrift.compact', JAEGER_ENDPOINT: 'http://j/x' },
      'udp/thrift.compact',
      'localhost:6831',
    ],
    [
      { OTEL_EXPORTER_JAEGER_PROTOCOL: 'http/thrift.binary', JAEGER_AGENT_HOST: 'a' },
      'http/thrift',
      'http://localhost:14268/api/traces',
    ],
  ])('Jaeger with %j: %s to %s', (environment: Record<string, string>, protocol, endpoint) => {
    expect(exporters({ ...environment, OTEL_TRACES_EXPORTER: 'jaeger' })[0]).toMatchObject({ protocol, endpoint });
  });

  test('Zipkin', () => {
    const environment = {
      OTEL_TRACES_EXPORTER: 'zipkin',
      OTEL_EXPORTER_ZIPKIN_ENDPOINT: 'http://z/x',
      OTEL_EXPORTER_ZIPKIN_TIMEOUT: '7',
    };
    expect(exporters(environment)).toEqual([{ type: 'zipkin', endpoint: 'http://z/x', headers: {}, timeoutMs: 7 }]);
  });
});
