import type { CommandOption } from './command-line.ts';

/** The flags of `throughline-sdk run`. Each is a variable that the program which is run gets. */
export const RUN_OPTIONS: readonly CommandOption[] = [
  {
    name: 'service-name',
    value: 'NAME',
    description: 'service.name (OTEL_SERVICE_NAME); default: of its package.json',
  },
  {
    name: 'traces-exporter',
    value: 'LIST',
    description: 'otlp (default), zipkin, jaeger, console, none (OTEL_TRACES_EXPORTER)',
  },
  { name: 'endpoint', value: 'URL', description: 'where to; without a path the exporter adds its own' },
  {
    name: 'protocol',
    value: 'PROTOCOL',
    description: 'http/protobuf (default), http/json, grpc (OTEL_EXPORTER_OTLP_PROTOCOL)',
  },
  {
    name: 'sampler',
    value: 'SAMPLER',
    description:
      'always_on, always_off, traceidratio, jaeger_remote, or parentbased_ and one of them (OTEL_TRACES_SAMPLER)',
  },
  {
    name: 'sampler-arg',
    value: 'ARG',
    description: 'the ratio, or endpoint=..,pollingIntervalMs=.. (OTEL_TRACES_SAMPLER_ARG)',
  },
  {
    name: 'propagators',
    value: 'LIST',
    description: 'tracecontext,baggage (default), b3, jaeger, ... (OTEL_PROPAGATORS)',
  },
  {
    name: 'resource-attributes',
    value: 'K=V,..',
    description: 'of every span, values percent-encoded (OTEL_RESOURCE_ATTRIBUTES)',
  },
  { name: 'log-level', value: 'LEVEL', description: 'none, error, warn, info (default), debug, all (OTEL_LOG_LEVEL)' },
  { name: 'http', value: 'CHOICE', description: 'who traces HTTP: own (default), official, off (THROUGHLINE_HTTP)' },
  { name: 'help', description: 'this text' },
];
