import { expect, test } from 'vitest';

import { TracingConfigError } from '../../src/index.ts';
import { resolved } from './resolved.ts';

const GRPC = { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
const JAEGER = { OTEL_TRACES_EXPORTER: 'jaeger' };

test.each<[Record<string, string>, string, RegExp | undefined]>([
  [{ ...GRPC, OTEL_EXPORTER_OTLP_ENDPOINT: 'dns:///collector:4317' }, 'https://collector:4317', undefined],
  [{ ...GRPC, OTEL_EXPORTER_OTLP_ENDPOINT: 'dns:collector:4317' }, 'https://collector:4317', undefined],
  [
    { ...GRPC, OTEL_EXPORTER_OTLP_ENDPOINT: 'dns:///collector:4317', OTEL_EXPORTER_OTLP_INSECURE: 'true' },
    'http://collector:4317',
    undefined,
  ],
  [{ ...GRPC, OTEL_EXPORTER_OTLP_ENDPOINT: 'unix:/run/otel.sock' }, 'http://localhost:4317', /ENDPOINT .*Unix socket/],
  [{ ...GRPC, OTEL_EXPORTER_OTLP_ENDPOINT: 'unix:///run/x' }, 'http://localhost:4317', /ENDPOINT .*Unix socket/],
  [{ ...GRPC, OTEL_EXPORTER_OTLP_ENDPOINT: 'ftp://c:4317' }, 'http://localhost:4317', /ENDPOINT is ignored/],
  [{ ...GRPC, OTEL_EXPORTER_OTLP_ENDPOINT: 'dns://8.8.8.8/c:4317' }, 'http://localhost:4317', /ENDPOINT is ignored/],
  [{ ...GRPC, OTEL_EXPORTER_OTLP_ENDPOINT: 'a host:4317' }, 'http://localhost:4317', /ENDPOINT is ignored/],
  [
    { ...GRPC, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'unix:/x', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4317' },
    'http://c:4317',
    /TRACES_ENDPOINT is ignored/,
  ],
  [{ ...JAEGER, JAEGER_AGENT_HOST: 'http://agent' }, 'http://localhost:14268/api/traces', /^JAEGER_AGENT_HOST/],
  [{ ...JAEGER, JAEGER_AGENT_HOST: 'an agent' }, 'http://localhost:14268/api/traces', /^JAEGER_AGENT_HOST/],
  [{ ...JAEGER, JAEGER_AGENT_HOST: '::1' }, '[::1]:6831', undefined],
  [{ ...JAEGER, JAEGER_AGENT_PORT: '65535' }, 'localhost:65535', undefined],
  [{ ...JAEGER, JAEGER_AGENT_PORT: '65536' }, 'http://localhost:14268/api/traces', /^JAEGER_AGENT_PORT: 65536/],
])('%j: %s', (environment, endpoint, warning) => {
  const { config, warnings } = resolved(environment);
  expect(config.exporters[0]).toMatchObject({ endpoint });
  expect(warnings).toEqual(warning === undefined ? [] : [expect.stringMatching(warning)]);
});

test('what the application itself says of a Unix socket is an error that says so', () => {
  const start = (): unknown =>
    resolved({}, { exporters: [{ type: 'otlp', protocol: 'grpc', endpoint: 'unix:/run/otel.sock' }] });
  expect(start).toThrow(TracingConfigError);
  expect(start).toThrow(/Unix socket/);
});

test('the sampler of X-Ray gives way to the default one, with a warning', () => {
  const { config, warnings } = resolved({ OTEL_TRACES_SAMPLER: 'xray' });
  expect(config.sampler).toEqual({ type: 'parent_based', root: { type: 'always' } });
  expect(warnings).toEqual([expect.stringContaining('parentbased_always_on')]);
});

test.each([
  ['http://jaeger:14250', 1],
  ['http://jaeger:5778/sampling', 0],
])('a remote sampler is to ask %s: %d warnings, as it asks over HTTP', (endpoint, warningCount) => {
  const byVariables = resolved({
    OTEL_TRACES_SAMPLER: 'parentbased_jaeger_remote',
    OTEL_TRACES_SAMPLER_ARG: `endpoint=${endpoint}`,
  });
  const byObject = resolved({}, { sampler: { type: 'remote', endpoint } });
  for (const { config, warnings } of [byVariables, byObject]) {
    expect(JSON.stringify(config.sampler)).toContain(endpoint);
    expect(warnings).toEqual(Array.from({ length: warningCount }, () => expect.stringMatching(/14250.*gRPC.*5778/)));
  }
});

test.each([
  ['2147483647', 2 ** 31 - 1, 0],
  ['2147483648', 2 ** 31 - 1, 1],
  ['9999999999', 2 ** 31 - 1, 1],
])('a duration of %s ms is at most what a timer can wait', (value, scheduleDelayMs, warningCount) => {
  const { config, warnings } = resolved({ OTEL_BSP_SCHEDULE_DELAY: value });
  expect([config.batch.scheduleDelayMs, warnings.length]).toEqual([scheduleDelayMs, warningCount]);
  const remote = resolved({
    OTEL_TRACES_SAMPLER: 'jaeger_remote',
    OTEL_TRACES_SAMPLER_ARG: `pollingIntervalMs=${value}`,
  });
  expect(remote.config.sampler).toMatchObject({ pollingIntervalMs: scheduleDelayMs });
});
