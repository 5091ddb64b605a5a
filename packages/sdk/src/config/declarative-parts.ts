import { readHeader } from './environment-values.ts';
import { withoutUndefined } from './environment-options.ts';
import type { FileNode } from './file-node.ts';
import type { ExporterOptions, SamplerOptions } from './tracing-options.ts';

const EXPORTERS = ['otlp_http', 'otlp_grpc', 'otlp_file/development', 'console', 'zipkin'] as const;

/** An exporter of the declarative file; undefined after a problem. */
export function exporterOf(node: FileNode): ExporterOptions | undefined {
  const [name, exporter] = node.single(EXPORTERS) ?? [];
  if (name === undefined || exporter === undefined) return undefined;
  switch (name) {
    case 'console':
      exporter.only([]);
      return { type: 'console' };
    case 'zipkin':
      exporter.only(['endpoint', 'timeout']);
      return {
        type: 'zipkin',
        ...withoutUndefined({ endpoint: exporter.text('endpoint'), timeoutMs: exporter.count('timeout') }),
      };
    case 'otlp_file/development': {
      exporter.only(['output_stream']);
      const stream = exporter.text('output_stream') ?? 'stdout';
      if (stream === 'stdout') return { type: 'console', format: 'json' };
      if (stream.startsWith('file://') && URL.canParse(stream)) return { type: 'file', path: filePath(stream) };
      exporter.problem('unknown_value', 'output_stream', 'must be stdout or a file:// URL');
      return undefined;
    }
    case 'otlp_http':
    case 'otlp_grpc':
      return otlpExporter(name === 'otlp_grpc', exporter);
  }
}

function filePath(url: string): string {
  return decodeURIComponent(new URL(url).pathname);
}

function otlpExporter(grpc: boolean, exporter: FileNode): ExporterOptions {
  exporter.only([
    'endpoint',
    'tls',
    'headers',
    'headers_list',
    'compression',
    'timeout',
    ...(grpc ? [] : ['encoding']),
  ]);
  const tls = exporter.node('tls');
  tls?.only(['ca_file', 'key_file', 'cert_file', ...(grpc ? ['insecure'] : [])]);
  const encoding = grpc ? undefined : exporter.choice('encoding', ['protobuf', 'json']);
  return {
    type: 'otlp',
    protocol: grpc ? 'grpc' : encoding === 'json' ? 'http/json' : 'http/protobuf',
    ...withoutUndefined({
      endpoint: exporter.text('endpoint'),
      compression: exporter.choice('compression', ['none', 'gzip', 'zstd']),
      timeoutMs: exporter.count('timeout'),
      headers: headersOf(exporter),
      certificateFile: tls?.text('ca_file'),
      clientKeyFile: tls?.text('key_file'),
      clientCertificateFile: tls?.text('cert_file'),
      insecure: tls?.flag('insecure'),
    }),
  };
}

/** `headers` are stronger than `headers_list`. */
function headersOf(exporter: FileNode): Record<string, string> | undefined {
  const headers: Record<string, string> = {};
  for (const pair of (exporter.text('headers_list') ?? '').split(',')) {
    if (pair.trim() === '') continue;
    const header = readHeader(pair);
    if (header === undefined) exporter.problem('unknown_value', 'headers_list', 'has an entry that is not key=value');
    else headers[header[0]] = header[1];
  }
  for (const entry of exporter.nodes('headers')) {
    entry.only(['name', 'value']);
    const name = entry.text('name');
    if (name === undefined) entry.problem('missing', 'name', 'is missing');
    // A header without a value, as an unset variable leaves it, is not sent.
    const value = entry.text('value');
    if (name !== undefined && value !== undefined) headers[name] = value;
  }
  return Object.keys(headers).length === 0 ? undefined : headers;
}

const SAMPLERS = [
  'always_on',
  'always_off',
  'trace_id_ratio_based',
  'probability/development',
  'parent_based',
  'jaeger_remote/development',
] as const;
const MAX_DEPTH = 8;

/** A sampler of the declarative file; undefined after a problem. */
export function samplerOf(node: FileNode, depth = 1): SamplerOptions | undefined {
  const [name, sampler] = node.single(SAMPLERS) ?? [];
  if (name === undefined || sampler === undefined) return undefined;
  if (depth > MAX_DEPTH) {
    node.problem('out_of_range', name, `is nested deeper than ${MAX_DEPTH} samplers`);
    return undefined;
  }
  const inner = (key: string): SamplerOptions | undefined => {
    const child = sampler.node(key);
    return child === undefined ? undefined : samplerOf(child, depth + 1);
  };
  switch (name) {
    case 'always_on':
    case 'always_off':
      sampler.only([]);
      return { type: name === 'always_on' ? 'always' : 'never' };
    case 'trace_id_ratio_based':
    case 'probability/development':
      sampler.only(['ratio']);
      return { type: 'probabilistic', rate: sampler.part('ratio') ?? 1 };
    case 'parent_based':
      sampler.only([
        'root',
        'remote_parent_sampled',
        'remote_parent_not_sampled',
        'local_parent_sampled',
        'local_parent_not_sampled',
      ]);
      return {
        type: 'parent_based',
        ...withoutUndefined({
          root: inner('root'),
          remoteParentSampled: inner('remote_parent_sampled'),
          remoteParentNotSampled: inner('remote_parent_not_sampled'),
          localParentSampled: inner('local_parent_sampled'),
          localParentNotSampled: inner('local_parent_not_sampled'),
        }),
      };
    case 'jaeger_remote/development': {
      sampler.only(['endpoint', 'interval', 'initial_sampler']);
      const initial = inner('initial_sampler');
      const rate = initial === undefined ? undefined : initialRate(initial);
      if (initial !== undefined && rate === undefined) {
        const message = 'must be always_on, always_off, a ratio, or parent_based with one of them as root only';
        sampler.problem('unknown_value', 'initial_sampler', message);
      }
      return {
        type: 'remote',
        ...withoutUndefined({
          endpoint: sampler.text('endpoint'),
          pollingIntervalMs: sampler.count('interval'),
          initialRate: rate,
        }),
      };
    }
  }
}

/** The remote sampler begins with a ratio; a constant is one of its ends. */
function initialRate(sampler: SamplerOptions): number | undefined {
  if (sampler.type === 'always') return 1;
  if (sampler.type === 'never') return 0;
  if (sampler.type === 'probabilistic') return sampler.rate;
  if (sampler.type !== 'parent_based') return undefined;
  const { type: _type, root = { type: 'always' }, ...delegates } = sampler;
  return Object.keys(delegates).length === 0 ? initialRate(root) : undefined;
}
