import { SpanKind } from '@opentelemetry/api';

import type { SamplerConfig, SpanKindName } from '../config/tracing-config.ts';
import { withoutTracing } from '../export/suppressed-tracing.ts';
import { adaptiveSampler } from './adaptive-sampler.ts';
import { alwaysSampler, neverSampler } from './constant-samplers.ts';
import { parentBasedSampler, type ParentBasedOptions } from './parent-based-sampler.ts';
import { rateLimitingSampler } from './rate-limiting-sampler.ts';
import { ratioSampler } from './ratio-sampler.ts';
import { remoteSampler, type RemoteSamplerOptions } from './remote-sampler.ts';
import { perOperationSampler, prioritySampler, ruleSampler } from './rule-sampler.ts';
import type { Sampler } from './sampler.ts';

/** What samplers need beside their configuration; time, chance and requests can be given. */
export type SamplerSurroundings = Pick<
  RemoteSamplerOptions,
  'serviceName' | 'fetch' | 'nowMs' | 'random' | 'schedule' | 'timeoutMs'
>;

export interface ConfiguredSampler {
  readonly sampler: Sampler;
  /** Ends what the sampler does in the background. Idempotent. */
  readonly close: () => void;
}

/** The sampler that a configuration describes. Remote ones inside it poll until `close`, with tracing suppressed. */
export function samplerOfConfig(config: SamplerConfig, surroundings: SamplerSurroundings): ConfiguredSampler {
  const closers: (() => void)[] = [];
  const sampler = build(config, surroundings, closers);
  return {
    sampler,
    close: () => {
      for (const close of closers.splice(0)) close();
    },
  };
}

const KINDS: Readonly<Record<SpanKindName, SpanKind>> = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

function build(config: SamplerConfig, surroundings: SamplerSurroundings, closers: (() => void)[]): Sampler {
  const nowMs = surroundings.nowMs === undefined ? {} : { nowMs: surroundings.nowMs };
  switch (config.type) {
    case 'always':
      return alwaysSampler();
    case 'never':
      return neverSampler();
    case 'probabilistic':
      return ratioSampler(config.rate, { first64: config.first64 ?? false });
    case 'rate_limited':
      return rateLimitingSampler(config.rate, nowMs);
    case 'adaptive':
      return adaptiveSampler({ tracesPerSecond: config.rate, ...nowMs });
    case 'priority':
      return prioritySampler(config.rate);
    case 'per_operation':
      return perOperationSampler(config.operations, config.rate);
    case 'rules':
      return ruleSampler(
        config.rules.map(({ sampler, spanKind, ...conditions }) => ({
          ...conditions,
          ...(spanKind === undefined ? {} : { spanKind: KINDS[spanKind] }),
          sampler: build(sampler, surroundings, closers),
        })),
        build(config.otherwise, surroundings, closers),
      );
    case 'parent_based':
      return parentBasedSampler(parentBasedOptions(config, surroundings, closers));
    case 'remote': {
      const { fetch: request = fetch, ...rest } = surroundings;
      const remote = remoteSampler({
        ...rest,
        endpoint: config.endpoint,
        pollingIntervalMs: config.pollingIntervalMs,
        initialSampler: ratioSampler(config.initialRate),
        fetch: (url, init) => withoutTracing(() => request(url, init)),
      });
      closers.push(() => remote.close());
      return remote;
    }
    default:
      return config satisfies never;
  }
}

const DELEGATES = [
  'remoteParentSampled',
  'remoteParentNotSampled',
  'localParentSampled',
  'localParentNotSampled',
] as const;

function parentBasedOptions(
  config: Extract<SamplerConfig, { readonly type: 'parent_based' }>,
  surroundings: SamplerSurroundings,
  closers: (() => void)[],
): ParentBasedOptions {
  const delegates: Partial<Record<(typeof DELEGATES)[number], Sampler>> = {};
  for (const name of DELEGATES) {
    const delegate = config[name];
    if (delegate !== undefined) delegates[name] = build(delegate, surroundings, closers);
  }
  return { root: build(config.root, surroundings, closers), ...delegates };
}
