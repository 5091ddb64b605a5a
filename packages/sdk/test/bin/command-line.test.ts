import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCommandLine } from '../../src/bin/command-line.ts';
import { addNodeOptions } from '../../src/bin/node-options.ts';
import { runEnvironment } from '../../src/bin/run-options.ts';

const OPTIONS = [
  { name: 'service-name', value: 'NAME', description: '' },
  { name: 'json', description: '' },
  { name: 'help', description: '' },
];
const parse = (...args: string[]): [Record<string, string>, readonly string[]] => {
  const { values, rest } = parseCommandLine(args, OPTIONS);
  return [Object.fromEntries(values), rest];
};

test('flags end at the first other word or at --', () => {
  expect(parse('--service-name', 'a', '--json', '--', 'node', '--json', 'x')).toEqual([
    { 'service-name': 'a', json: '' },
    ['node', '--json', 'x'],
  ]);
  expect(parse('--service-name=a=b', 'node', '--service-name', 'c')).toEqual([
    { 'service-name': 'a=b' },
    ['node', '--service-name', 'c'],
  ]);
  expect(parse('--service-name=--odd', '--service-name', 'last')).toEqual([{ 'service-name': 'last' }, []]);
  expect(parse('-h')).toEqual([{ help: '' }, []]);
  expect(parse('--', '--', 'x')).toEqual([{}, ['--', 'x']]);
});

test.each([
  [['--servce-name', 'x'], 'there is no flag --servce-name; did you mean "--service-name"?'],
  [['--service-name'], '--service-name needs a value: --service-name NAME'],
  [['--service-name', '--json'], '--service-name needs a value: --service-name NAME'],
  [['--json=1'], '--json takes no value'],
  [['-x'], 'there is no flag -x; there are --service-name, --json, --help'],
  [['--constructor'], 'there is no flag --constructor; there are --service-name, --json, --help'],
])('%j is a mistake', (args, message) => {
  expect(() => parse(...args)).toThrow(expect.objectContaining({ code: 'invalid_usage', message }));
});

test('flags become variables', () => {
  const values = new Map(
    Object.entries({
      'service-name': 'shop',
      endpoint: 'http://collector:4318',
      protocol: 'http/json',
      sampler: 'parentbased_traceidratio',
      'sampler-arg': '0.25',
      propagators: 'tracecontext,b3',
      'resource-attributes': 'team=a%2Cb,x=1',
      'log-level': 'debug',
      http: 'official',
    }),
  );
  expect(runEnvironment(values, {})).toEqual({
    OTEL_SERVICE_NAME: 'shop',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.25',
    OTEL_PROPAGATORS: 'tracecontext,b3',
    OTEL_RESOURCE_ATTRIBUTES: 'team=a%2Cb,x=1',
    OTEL_LOG_LEVEL: 'debug',
    THROUGHLINE_HTTP: 'official',
  });
  const zipkin = new Map([
    ['traces-exporter', 'zipkin,console'],
    ['endpoint', 'http://zipkin:9411/api/v2/spans'],
  ]);
  expect(runEnvironment(zipkin, {})).toHaveProperty('OTEL_EXPORTER_ZIPKIN_ENDPOINT', 'http://zipkin:9411/api/v2/spans');
});

test.each([
  [{ 'traces-exporter': 'zipkn' }, '--traces-exporter: "zipkn" is not accepted; did you mean "zipkin"?'],
  [{ sampler: 'alway_on' }, '--sampler: "alway_on" is not accepted; did you mean "always_on"?'],
  [
    { sampler: 'traceidratio', 'sampler-arg': '7' },
    '--sampler-arg: "7" is not accepted; it must be a number from 0 to 1',
  ],
  [{ endpoint: 'collector' }, '--endpoint: "collector" is not a URL'],
  [{ endpoint: 'ftp://x' }, '--endpoint is not accepted; it must be a URL with http:// or https://'],
  [
    { endpoint: 'http://x', 'traces-exporter': 'otlp,zipkin' },
    '--endpoint is for one exporter that sends somewhere: otlp, zipkin or jaeger',
  ],
  [{ 'resource-attributes': 'a' }, '--resource-attributes: "a" has no "="'],
  [{ http: 'owm' }, '--http: "owm" is not accepted; did you mean "own"?'],
])('a value that would be ignored is a mistake: %j', (values, message) => {
  expect(() => runEnvironment(new Map(Object.entries(values)), {})).toThrow(
    expect.objectContaining({ code: 'invalid_usage', message }),
  );
});

test.each([
  [
    'another exporter',
    { OTEL_TRACES_EXPORTER: 'zipkin' },
    { endpoint: 'http://z:9411/api/v2/spans' },
    { OTEL_TRACES_EXPORTER: 'zipkin', OTEL_EXPORTER_ZIPKIN_ENDPOINT: 'http://z:9411/api/v2/spans' },
  ],
  [
    'what is said of traces alone',
    { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://old:1/x', OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'grpc', OTHER: 'x' },
    { endpoint: 'http://new:4318', protocol: 'http/json' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://new:4318', OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTHER: 'x' },
  ],
  [
    'variables that no flag concerns, mistakes included',
    { OTEL_BSP_MAX_QUEUE_SIZE: 'x', OTEL_PROPAGATORS: 'b4', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://old:1/x' },
    { sampler: 'always_on', propagators: 'b3' },
    {
      OTEL_BSP_MAX_QUEUE_SIZE: 'x',
      OTEL_PROPAGATORS: 'b3',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://old:1/x',
      OTEL_TRACES_SAMPLER: 'always_on',
    },
  ],
  [
    'an empty one, which is unset',
    { OTEL_TRACES_EXPORTER: ' ' },
    { endpoint: 'http://x' },
    { OTEL_TRACES_EXPORTER: ' ', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x' },
  ],
  ['a file that is not there', { OTEL_CONFIG_FILE: '/absent.json' }, {}, { OTEL_CONFIG_FILE: '/absent.json' }],
])('flags beside variables: %s', (_what, inherited, values, program) => {
  expect(runEnvironment(new Map(Object.entries(values)), inherited)).toEqual(program);
});

test.each([
  [
    { OTEL_TRACES_SAMPLER: 'traceidratio' },
    { 'sampler-arg': 'abc' },
    '--sampler-arg: "abc" is not accepted; it must be a number from 0 to 1',
  ],
  [
    { OTEL_TRACES_EXPORTER: 'console' },
    { endpoint: 'http://x' },
    '--endpoint is for one exporter that sends somewhere',
  ],
  [{}, { 'sampler-arg': '0.1' }, '--sampler-arg is for the samplers traceidratio and jaeger_remote'],
])('what would be ignored beside %j is a mistake: %j', (inherited, values, message) => {
  expect(() => runEnvironment(new Map(Object.entries(values)), inherited)).toThrow(message);
});

test('NODE_OPTIONS gets its options once, before the others', () => {
  const ours = ['--import', 'file:///a%20b/register.js'];
  const once = addNodeOptions('--max-old-space-size=99 --import "/x y.mjs"', ours);
  expect(once).toBe('--import file:///a%20b/register.js --max-old-space-size=99 --import "/x y.mjs"');
  expect(addNodeOptions(once, ours)).toBe(once);
  expect(addNodeOptions(undefined, ours)).toBe('--import file:///a%20b/register.js');
  expect(addNodeOptions(' ', ['--require', String.raw`C:\a "b".js`])).toBe(String.raw`--require "C:\\a \"b\".js"`);
});

/** As Node.js splits NODE_OPTIONS (ParseNodeOptionsEnvVar in node_options.cc). */
function split(text: string): string[] {
  const words: string[] = [];
  let inWord = false;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    let letter = text[i] ?? '';
    if (letter === '\\' && quoted) letter = text[++i] ?? '';
    else if (letter === ' ' && !quoted) {
      inWord = false;
      continue;
    } else if (letter === '"') {
      quoted = !quoted;
      continue;
    }
    if (inWord) words[words.length - 1] += letter;
    else words.push(letter);
    inWord = true;
  }
  return words;
}

test('what is quoted, Node.js reads as it was', () => {
  const word = fc.string({ minLength: 1, unit: fc.constantFrom('a', 'é', ' ', '"', '\\', '/', '-') });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
      expect(split(addNodeOptions(undefined, words))).toEqual(words);
    }),
  );
});
