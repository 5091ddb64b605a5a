import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  configuredResource,
  resolveTracingConfig,
  type TracingConfig,
  TracingConfigError,
  type TracingOptions,
} from '../../src/index.ts';
import { plainScalar, substituteEnvironment } from '../../src/config/substitute-environment.ts';
import { surroundings } from '../../src/resource/surroundings.ts';

const folder = mkdtempSync(join(tmpdir(), 'throughline-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

function withFile(
  content: string,
  environment: Record<string, string> = {},
  options: TracingOptions = {},
): TracingConfig {
  const path = join(folder, `config-${files++}`);
  writeFileSync(path, content);
  return resolveTracingConfig(options, { environment: { ...environment, OTEL_CONFIG_FILE: path } });
}

const FULL = `
file_format: "1.0"
disabled: \${DISABLED:-false}
log_level: debug
attribute_limits:
  attribute_value_length_limit: 4096
  attribute_count_limit: 64
resource:
  attributes:
    - name: service.name
      value: \${SERVICE:-"unnamed"}
    - { name: replicas, value: 3, type: int }
  attributes_list: "team=a%2Cb,service.name=weaker"
  schema_url: https://opentelemetry.io/schemas/1.16.0
  detection/development:
    detectors:
      - host:
propagator:
  composite:
    - tracecontext:
  composite_list: "tracecontext,b3"
tracer_provider:
  processors:
    - batch:
        schedule_delay: 1000
        max_queue_size: \${QUEUE}
        exporter:
          otlp_http:
            endpoint: http://c:4318/v1/traces
            headers:
              - name: api-key
                value: "\${API_KEY}"
            headers_list: "api-key=weaker,x=1"
            compression: gzip
            timeout: 500
            encoding: json
            tls:
              ca_file: /ca.pem
    - simple:
        exporter:
          console:
    - batch:
        exporter:
          otlp_file/development:
            output_stream: file:///tmp/spans.jsonl
  limits:
    attribute_count_limit: 32
    event_attribute_count_limit: 4
  sampler:
    parent_based:
      root:
        trace_id_ratio_based:
          ratio: 0.5
      remote_parent_not_sampled:
        always_on:
meter_provider:
  readers: []
`;

describe('a YAML file', () => {
  test('its trace part, with variables put in', () => {
    const config = withFile(FULL, {
      SERVICE: 'shop',
      QUEUE: '4096',
      API_KEY: '0123',
      OTEL_TRACES_SAMPLER: 'always_off',
    });
    expect(config).toMatchObject({
      disabled: false,
      logLevel: 'debug',
      resource: {
        attributes: { 'service.name': 'shop', replicas: 3, team: 'a,b' },
        schemaUrl: 'https://opentelemetry.io/schemas/1.16.0',
        detectors: ['host'],
        fromEnvironment: false,
      },
      propagation: { http: ['tracecontext', 'b3'] },
      sampler: {
        type: 'parent_based',
        root: { type: 'probabilistic', rate: 0.5 },
        remoteParentNotSampled: { type: 'always' },
      },
      limits: {
        attributeValueLengthLimit: 4096,
        attributeCountLimit: 32,
        attributePerEventCountLimit: 4,
        eventCountLimit: 128,
      },
    });
    expect(config.exporters).toMatchObject([
      {
        type: 'otlp',
        protocol: 'http/json',
        endpoint: 'http://c:4318/v1/traces',
        headers: { 'api-key': '0123', x: '1' },
        compression: 'gzip',
        timeoutMs: 500,
        certificateFile: '/ca.pem',
        processor: { type: 'batch', scheduleDelayMs: 1000, maxQueueSize: 4096, maxExportBatchSize: 512 },
      },
      { type: 'console', processor: { type: 'simple' } },
      { type: 'file', path: '/tmp/spans.jsonl' },
    ]);
  });

  test('what it leaves out is not there, and other variables do not fill it', () => {
    const config = withFile('file_format: 1.0\n', {
      OTEL_TRACES_EXPORTER: 'console',
      OTEL_PROPAGATORS: 'b3',
      OTEL_SERVICE_NAME: 'x',
    });
    expect(config.exporters).toEqual([]);
    expect(config.propagation.http).toEqual([]);
    expect(config.resource.detectors).toEqual([]);
    const here = {
      ...surroundings(),
      environment: { OTEL_SERVICE_NAME: 'x', OTEL_ENTITIES: 'service{service.name=y}[a=b]' },
    };
    const { attributes } = configuredResource(config, here);
    expect([attributes['service.name'], attributes['a']]).toEqual(['unknown_service:node', undefined]);
  });

  test('the object is stronger', () => {
    const config = withFile(FULL, { QUEUE: '1' }, { serviceName: 'own', sampler: { type: 'never' } });
    expect(config.resource.attributes['service.name']).toBe('own');
    expect(config.sampler).toEqual({ type: 'never' });
    expect(config.exporters).toHaveLength(3);
  });

  test('OTEL_EXPERIMENTAL_CONFIG_FILE is the older name', () => {
    const path = join(folder, 'older.yaml');
    writeFileSync(path, 'file_format: "1.0-rc.3"\ndisabled: true\n');
    expect(resolveTracingConfig({}, { environment: { OTEL_EXPERIMENTAL_CONFIG_FILE: path } }).disabled).toBe(true);
  });
});

test('a JSON file', () => {
  const content = {
    file_format: '1.0',
    tracer_provider: { processors: [{ simple: { exporter: { console: {} } } }], sampler: { always_off: null } },
  };
  const config = withFile(JSON.stringify(content));
  expect([config.exporters[0]?.type, config.sampler]).toEqual(['console', { type: 'never' }]);
});

const DETECTION = 'resource.detection/development';
const PROCESSOR = 'tracer_provider.processors[0]';
const exporting = (processor: string): string => `file_format: 1.0\ntracer_provider: { processors: [${processor}] }`;
const sampling = (sampler: string): string => `file_format: 1.0\ntracer_provider: { sampler: ${sampler} }`;

test.each([
  ['trace', 'verbose'],
  ['trace4', 'verbose'],
  ['debug2', 'debug'],
  ['warn', 'warn'],
  ['fatal', 'error'],
  ['fatal3', 'error'],
])('severity %s is log level %s', (severity, logLevel) => {
  expect(withFile(`file_format: 1.0\nlog_level: ${severity}`).logLevel).toBe(logLevel);
});

test.each<[string, unknown]>([
  ["{ value: '1', type: int }", 1],
  ['{ value: 2, type: string }', '2'],
  ["{ value: 'true', type: bool }", true],
  ["{ value: '0.5', type: double }", 0.5],
  ["{ value: [1, '2'], type: int_array }", [1, 2]],
  ['{ value: [a, 1], type: string_array }', ['a', '1']],
  ['{ value: 3 }', 3],
  ['{ value: null, type: int }', undefined],
])('the resource attribute %s is %j', (entry, value) => {
  const config = withFile(`file_format: 1.0\nresource: { attributes: [${entry.replace('{', '{ name: a,')}] }`);
  expect(config.resource.attributes['a']).toEqual(value);
});

test('of what is detected, the attributes that the file names are taken', () => {
  const config = withFile(`
file_format: 1.0
resource:
  detection/development:
    attributes: { included: ['process.*', 'host.?ame'], excluded: ['*.command_args', 'process.runtime.*'] }
    detectors: [{ process: }, { host: }]
`);
  const { attributes } = configuredResource(config, { ...surroundings(), environment: {} });
  const names = Object.keys(attributes).filter((name) => /^(process|host|os)\./.test(name));
  expect(names).toEqual(expect.arrayContaining(['process.pid', 'process.command', 'host.name']));
  expect(names.filter((name) => /command_args|runtime|^os|host.arch/.test(name))).toEqual([]);
});

test('what is not supported or not known is told, and tracing goes on', () => {
  const warnings: string[] = [];
  const path = join(folder, 'told.yaml');
  writeFileSync(
    path,
    `
file_format: 1.0
resource: { detection/development: { detectors: [{ hots: }, { process: }] } }
tracer_provider: { processors: [], tracer_configurator/development: {}, id_generator: { xray: } }
`,
  );
  const how = { environment: { OTEL_CONFIG_FILE: path }, onWarning: (message: string) => warnings.push(message) };
  expect(resolveTracingConfig({}, how).resource.detectors).toEqual(['process']);
  expect(warnings).toEqual([
    expect.stringContaining('tracer_configurator/development is not supported'),
    expect.stringContaining('id_generator is not supported'),
    expect.stringContaining(
      '"hots" of the configuration file is not known and ignored; there are container, host, process, service',
    ),
  ]);
});

test('the default id generator is ours: nothing is told of it', () => {
  const warnings: string[] = [];
  const path = join(folder, 'random.yaml');
  writeFileSync(path, 'file_format: 1.0\ntracer_provider: { processors: [], id_generator: { random: } }');
  resolveTracingConfig({}, { environment: { OTEL_CONFIG_FILE: path }, onWarning: (message) => warnings.push(message) });
  expect(warnings).toEqual([]);
});

test.each([
  ['always_on:', 1],
  ['trace_id_ratio_based: { ratio: 0.5 }', 0.5],
  ['parent_based: { root: { trace_id_ratio_based: { ratio: 0.5 } } }', 0.5],
  ['parent_based:', 1],
])('a remote sampler begins with %s', (initial, initialRate) => {
  const config = withFile(sampling(`{ jaeger_remote/development: { initial_sampler: { ${initial} } } }`));
  expect(config.sampler).toMatchObject({ type: 'remote', initialRate });
});

describe('a file that cannot be used', () => {
  const failure = (content: string): TracingConfigError => {
    try {
      withFile(content);
    } catch (error) {
      if (error instanceof TracingConfigError) return error;
      throw error;
    }
    throw new Error('it was accepted');
  };

  test.each([
    ['', 'file_format'],
    ['file_format: "2.0"', 'file_format'],
    ['file_format: 0.3', 'file_format'],
    ['file_format: 0.4', 'file_format'],
    ['file_format: 1.0\nlog_level: fatal5', 'log_level'],
    ['file_format: 1.0\nresource: { detection/development: { detector: [{ host: }] } }', `${DETECTION}.detector`],
    [
      'file_format: 1.0\nresource: { detection/development: { attributes: { exclude: [a] } } }',
      `${DETECTION}.attributes.exclude`,
    ],
    [
      'file_format: 1.0\nresource: { detection/development: { attributes: { excluded: a } } }',
      `${DETECTION}.attributes.excluded`,
    ],
    ['file_format: 1.0\nresource: { attributes: [{ name: a, value: x, type: int }] }', 'resource.attributes[0].value'],
    [
      'file_format: 1.0\nresource: { attributes: [{ name: a, value: 1, type: integer }] }',
      'resource.attributes[0].type',
    ],
    [
      'file_format: 1.0\nresource: { attributes: [{ name: a, value: 1, type: int_array }] }',
      'resource.attributes[0].value',
    ],
    [
      exporting('{ batch: { exporter: { otlp_http: { encoding: jsno } } } }'),
      `${PROCESSOR}.batch.exporter.otlp_http.encoding`,
    ],
    [exporting('{ simple: { schedule_delay: 5, exporter: { console: } } }'), `${PROCESSOR}.simple.schedule_delay`],
    [
      sampling('{ jaeger_remote/development: { initial_sampler: { jaeger_remote/development: } } }'),
      'tracer_provider.sampler.jaeger_remote/development.initial_sampler',
    ],
    ['[]', ''],
    ['file_format: "1.0"\ntracer_provider: { sampler: { always_onn: } }', 'tracer_provider.sampler.always_onn'],
    [
      'file_format: "1.0"\ntracer_provider: { sampler: { trace_id_ratio_based: { ratio: 2 } } }',
      'tracer_provider.sampler.trace_id_ratio_based.ratio',
    ],
    [
      'file_format: "1.0"\ntracer_provider: { processors: [{ batch: {} }] }',
      'tracer_provider.processors[0].batch.exporter',
    ],
    ['file_format: "1.0"\ntracer_provider: { limits: { event_limit: 1 } }', 'tracer_provider.limits.event_limit'],
    ['file_format: "1.0"\ndisabled: "yes"', 'disabled'],
  ])('%s', (content, path) => {
    const error = failure(content);
    expect(error.code).toBe('invalid_tracing_config');
    expect(error.problems.map((problem) => problem.path)).toContain(path);
  });

  test('syntax, references, alias bombs, absence, size', () => {
    expect(failure('a: [').code).toBe('config_file_malformed');
    expect(failure('file_format: "${1A}"').code).toBe('config_file_malformed');
    const bomb = Array.from({ length: 12 }, (_, level) =>
      level === 0
        ? 'a0: &a0 [x, x]'
        : `a${level}: &a${level} [${Array(9)
            .fill(`*a${level - 1}`)
            .join(', ')}]`,
    );
    expect(failure(bomb.join('\n')).code).toBe('config_file_malformed');
    const absent = { environment: { OTEL_CONFIG_FILE: join(folder, 'absent.yaml') } };
    expect(() => resolveTracingConfig({}, absent)).toThrow('cannot be read');
    expect(withFile(`file_format: "1.0"\n#${'x'.repeat(1_048_576 - 21)}\n`).disabled).toBe(false);
    expect(failure(`file_format: "1.0"\n#${'x'.repeat(1_048_576 - 20)}\n`).code).toBe('config_file_unreadable');
  });
});

test.each([
  ['${A}', 'x'],
  ['${env:A} and ${A}', 'x and x'],
  ['${NONE}', ''],
  ['${NONE:-a:-b}', 'a:-b'],
  ['${EMPTY:-d}', 'd'],
  ['$$ $${A} $A $', '$ ${A} $A $'],
  ['${NESTED}', '${A}'],
])('%s becomes %s', (text, result) => {
  expect(substituteEnvironment(text, { A: 'x', EMPTY: '', NESTED: '${A}' })).toBe(result);
});

test.each([
  ['', null],
  ['~', null],
  ['true', true],
  ['False', false],
  ['12', 12],
  ['-1.5e3', -1500],
  ['0x1F', 31],
  ['[a, b]', '[a, b]'],
  ['1.2.3', '1.2.3'],
])('an unquoted %j is %j', (text, value) => {
  expect(plainScalar(text)).toBe(value);
});
