import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { detectResource, mergeResources } from '../../src/index.ts';
import { shownArguments } from '../../src/resource/detect-machine.ts';
import type { ResourceDetectorName } from '../../src/resource/detect-resource.ts';
import { parseResourceAttributes } from '../../src/resource/resource-attributes.ts';
import { readSmallFile, type Surroundings } from '../../src/resource/surroundings.ts';

const ID = 'a1b2c3d4'.repeat(8);

function machine(files: Record<string, string> = {}, environment: Record<string, string> = {}): Surroundings {
  return {
    environment,
    readFile: (path) => files[path],
    hostName: 'box',
    architecture: 'x64',
    platform: 'linux',
    osRelease: '6.1',
    pid: 7,
    parentPid: 1,
    userName: 'worker',
    executablePath: '/usr/bin/node',
    argv: ['/usr/bin/node', '/app/src/main.js', '--port=1'],
    runtimeArguments: ['--import', './tracing.js'],
    runtimeVersion: '24.0.0',
    workingDirectory: '/work',
    instanceId: 'b7ad6b71-6920-4331-8448-eb211c80319c',
  };
}

function detected(
  detectors: ResourceDetectorName[],
  files: Record<string, string> = {},
  environment: Record<string, string> = {},
): Record<string, unknown> {
  const { attributes } = detectResource({ detectors, surroundings: machine(files, environment) });
  return Object.fromEntries(Object.entries(attributes).filter(([key]) => !key.startsWith('telemetry.sdk.')));
}

describe('service', () => {
  const PACKAGE = { '/app/package.json': '{"name":"shop","version":"1.2.3"}' };
  const ATTRIBUTES = { OTEL_RESOURCE_ATTRIBUTES: 'service.name=from-attributes,team=a%2Cb' };

  test('the name: OTEL_SERVICE_NAME, then OTEL_RESOURCE_ATTRIBUTES, then package.json, then unknown', () => {
    const name = (...of: Parameters<typeof detected>): unknown => detected(...of)['service.name'];
    expect(name(['service'], PACKAGE, { ...ATTRIBUTES, OTEL_SERVICE_NAME: 'named' })).toBe('named');
    expect(name(['service'], PACKAGE, { ...ATTRIBUTES, OTEL_SERVICE_NAME: '' })).toBe('from-attributes');
    expect(name(['service'], PACKAGE)).toBe('shop');
    expect(name(['service'])).toBe('unknown_service:node');
    expect(name([])).toBe('unknown_service:node');
  });

  test('version with it; broken and nameless package files are passed over', () => {
    expect(detected(['service'], { ...PACKAGE, '/app/src/package.json': '{"type":"module"}' })).toEqual({
      'service.name': 'shop',
      'service.version': '1.2.3',
      'service.instance.id': 'b7ad6b71-6920-4331-8448-eb211c80319c',
    });
    expect(detected(['service'], { '/app/package.json': '{' })).toEqual({
      'service.name': 'unknown_service:node',
      'service.instance.id': 'b7ad6b71-6920-4331-8448-eb211c80319c',
    });
  });
});

test('process, host and os', () => {
  expect(detected(['process', 'host'], { '/etc/machine-id': 'abc\n' })).toEqual({
    'service.name': 'unknown_service:node',
    'process.pid': 7,
    'process.parent_pid': 1,
    'process.executable.name': 'node',
    'process.executable.path': '/usr/bin/node',
    'process.command': '/app/src/main.js',
    'process.command_args': ['/usr/bin/node', '--import', './tracing.js', '/app/src/main.js', '--port=1'],
    'process.owner': 'worker',
    'process.runtime.name': 'nodejs',
    'process.runtime.version': '24.0.0',
    'process.runtime.description': 'Node.js',
    'host.name': 'box',
    'host.arch': 'amd64',
    'host.id': 'abc',
    'os.type': 'linux',
    'os.version': '6.1',
  });
});

test.each<[readonly string[], readonly string[]]>([
  [['--db-password=hunter2'], ['--db-password=[REDACTED]']],
  [
    ['--token', 'abc', 'plain'],
    ['--token', '[REDACTED]', 'plain'],
  ],
  [
    ['--token', '-abc', '--port'],
    ['--token', '[REDACTED]', '--port'],
  ],
  [
    ['--no-auth', '--password', 'abc'],
    ['--no-auth', '[REDACTED]', '[REDACTED]'],
  ],
  [['{"a":1,"token":"abc"}'], ['{"a":1,"token":[REDACTED]']],
  [
    ['--header', 'Authorization: Bearer abc'],
    ['--header', 'Authorization:[REDACTED]'],
  ],
  [['--header=X-Api-Key: abc'], ['--header=X-Api-Key:[REDACTED]']],
  [['http://host/x?token=abc&key=def'], ['http://host/x?token=[REDACTED]']],
  [['http://me:pw@host/x'], ['http://[REDACTED]@host/x']],
  [[`http://me:${'p'.repeat(300)}@host/x`], ['http://[REDACTED]@host/x']],
  [
    ['--import=./auth.js', 'app'],
    ['--import=./auth.js', 'app'],
  ],
])('secrets in arguments are hidden: %j', (given, shown) => {
  expect(shownArguments(given)).toEqual(shown);
});

test('long arguments and lists of them are cut', () => {
  expect(shownArguments(Array.from({ length: 65 }, () => 'x'.repeat(257)))).toEqual(
    Array.from({ length: 64 }, () => 'x'.repeat(256)),
  );
});

describe('container', () => {
  test.each([
    ['docker, cgroup v1', { '/proc/self/cgroup': `12:cpu:/docker/${ID}\n` }, ID],
    ['containerd in a slice', { '/proc/self/cgroup': `0::/kubepods.slice/cri-containerd-${ID}.scope` }, ID],
    ['Fargate', { '/proc/self/cgroup': `1:cpu:/ecs/${'0'.repeat(32)}/${'1'.repeat(32)}-42` }, `${'1'.repeat(32)}-42`],
    [
      'cgroup v2, by its mounts',
      {
        '/proc/self/cgroup': '0::/\n',
        '/proc/self/mountinfo': `1 2 0:1 / / rw - overlay overlay lower=/l/${'f'.repeat(64)}\n5 6 8:1 /containers/${ID}/hostname /etc/hostname rw - ext4 /dev/x rw\n`,
      },
      ID,
    ],
    ['no container', { '/proc/self/cgroup': '0::/user.slice', '/proc/self/mountinfo': '1 2 0:1 / / rw' }, undefined],
    ['longer hex', { '/proc/self/cgroup': `1:cpu:/docker/${ID}0` }, undefined],
    ['no files', {}, undefined],
  ])('%s', (_where, files, id) => {
    expect(detected(['container'], files)['container.id']).toBe(id);
  });
});

test('Kubernetes: the kubelet, files, and hints that outrank them', () => {
  const files = { '/var/run/secrets/kubernetes.io/serviceaccount/namespace': 'prod\n' };
  const pod = { KUBERNETES_SERVICE_HOST: '10.0.0.1', HOSTNAME: 'shop-1' };
  const only = (found: Record<string, unknown>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(found).filter(([key]) => key.startsWith('k8s.')));
  expect(only(detected(['kubernetes'], files, pod))).toEqual({
    'k8s.pod.name': 'shop-1',
    'k8s.namespace.name': 'prod',
  });
  expect(only(detected(['kubernetes'], files, { HOSTNAME: 'laptop' }))).toEqual({});
  const hinted = { ...pod, K8S_POD_NAME: 'p', K8S_NAMESPACE_NAME: 'n', K8S_DEPLOYMENT_NAME: 'd' };
  expect(only(detected(['kubernetes'], files, hinted))).toEqual({
    'k8s.pod.name': 'p',
    'k8s.namespace.name': 'n',
    'k8s.deployment.name': 'd',
  });
});

describe('cloud', () => {
  test.each([
    [
      'Lambda',
      { AWS_LAMBDA_FUNCTION_NAME: 'f', AWS_REGION: 'eu-west-1', AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128' },
      {
        'cloud.provider': 'aws',
        'cloud.platform': 'aws_lambda',
        'cloud.region': 'eu-west-1',
        'faas.name': 'f',
        'faas.max_memory': 134_217_728,
      },
    ],
    ['ECS', { ECS_CONTAINER_METADATA_URI_V4: 'http://x' }, { 'cloud.provider': 'aws', 'cloud.platform': 'aws_ecs' }],
    [
      'Cloud Run',
      { K_SERVICE: 's', K_REVISION: 'r', GOOGLE_CLOUD_PROJECT: 'p' },
      {
        'cloud.provider': 'gcp',
        'cloud.platform': 'gcp_cloud_run',
        'cloud.account.id': 'p',
        'faas.name': 's',
        'faas.version': 'r',
      },
    ],
    [
      'Azure Functions',
      { FUNCTIONS_EXTENSION_VERSION: '~4', WEBSITE_SITE_NAME: 'w' },
      {
        'cloud.provider': 'azure',
        'cloud.platform': 'azure_functions',
        'faas.name': 'w',
      },
    ],
    [
      'hints alone',
      { CLOUD_PROVIDER: 'hetzner', AWS_REGION: 'us-east-1' },
      { 'cloud.provider': 'hetzner', 'cloud.region': 'us-east-1' },
    ],
    ['nothing', {}, {}],
  ])('%s', (_where, environment, expected) => {
    expect(detected(['cloud'], {}, environment)).toEqual({ 'service.name': 'unknown_service:node', ...expected });
  });
});

describe('OTEL_RESOURCE_ATTRIBUTES', () => {
  test.each([
    [undefined, {}],
    ['', {}],
    [' a = 1 , b=x=y ,', { a: '1', b: 'x=y' }],
    ['k%2C=v%20w%3D,k2=', { 'k,': 'v w=', k2: '' }],
    ['a=1,a=2', { a: '2' }],
  ])('%s', (text, attributes) => {
    expect(parseResourceAttributes(text)).toEqual({ attributes });
  });

  test.each(['a=1,b', 'a=1,=x', 'a=1,b=%zz'])('%s is ignored whole, with a warning', (text) => {
    const warnings: string[] = [];
    const surroundings = machine({}, { OTEL_RESOURCE_ATTRIBUTES: text });
    const { attributes } = detectResource({
      detectors: [],
      surroundings,
      onWarning: (message) => warnings.push(message),
    });
    expect(attributes).not.toHaveProperty('a');
    expect(warnings).toHaveLength(1);
  });

  test('__proto__ is a key like any other', () => {
    const { attributes } = parseResourceAttributes('__proto__=x');
    expect(Object.keys(attributes)).toEqual(['__proto__']);
  });
});

test('telemetry.sdk.* tells the version of the package, and ENVIRONMENT is a hint', () => {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const { attributes, schemaUrl } = detectResource({
    detectors: [],
    surroundings: machine({}, { ENVIRONMENT: 'staging' }),
  });
  expect(attributes).toMatchObject({
    'telemetry.sdk.name': 'throughline',
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.version': manifest.version,
    'deployment.environment.name': 'staging',
  });
  expect(schemaUrl).toMatch(/^https:\/\/opentelemetry\.io\/schemas\//);
});

test('of this very process', () => {
  expect(detectResource().attributes).toMatchObject({
    'process.pid': process.pid,
    'host.name': expect.any(String) as string,
  });
});

test.each([
  ['', 'b', 'b'],
  ['a', '', 'a'],
  ['a', 'a', 'a'],
  ['a', 'b', ''],
])('merged schema URLs: %j and %j give %j', (base, over, merged) => {
  const result = mergeResources(
    { attributes: { x: 1, y: 1 }, schemaUrl: base },
    { attributes: { y: 2 }, schemaUrl: over },
  );
  expect(result).toEqual({ attributes: { x: 1, y: 2 }, schemaUrl: merged });
});

describe('files are read up to a bound', () => {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-resource-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  test.each([
    [10, 'x'.repeat(10)],
    [11, undefined],
  ])('%d bytes with a bound of 10', (length, text) => {
    const path = join(folder, `${length}`);
    writeFileSync(path, 'x'.repeat(length));
    expect(readSmallFile(path, 10)).toBe(text);
  });
  test('absent files and folders are undefined', () => {
    expect([readSmallFile(join(folder, 'none')), readSmallFile(folder)]).toEqual([undefined, undefined]);
  });
});

test('OTEL_ENTITIES is stronger than what is detected and weaker than OTEL_RESOURCE_ATTRIBUTES; mistakes are told', () => {
  const warnings: string[] = [];
  const surroundings = machine(
    {},
    { OTEL_ENTITIES: 'service{service.name=shop}[team=a,tier=1];x{', OTEL_RESOURCE_ATTRIBUTES: 'team=b' },
  );
  const { attributes } = detectResource({ surroundings, onWarning: (message) => warnings.push(message) });
  expect(attributes).toMatchObject({ 'service.name': 'shop', team: 'b', tier: '1' });
  expect(warnings).toEqual([expect.stringMatching(/^OTEL_ENTITIES: "x\{" is left out/)]);
});
