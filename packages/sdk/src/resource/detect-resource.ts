import type { Attributes } from '@opentelemetry/api';
import { type AttributeFilter, attributeMatcher } from './attribute-filter.ts';
import { detectContainer, detectHost, detectProcess } from './detect-machine.ts';
import { detectCloud, detectKubernetes } from './detect-platform.ts';
import { detectService, UNKNOWN_SERVICE } from './detect-service.ts';
import { parseEntities } from './parse-entities.ts';
import { mergeResources, SCHEMA_URL, type SdkResource } from './resource.ts';
import { parseResourceAttributes, present } from './resource-attributes.ts';
import { SDK_VERSION } from './sdk-version.ts';
import { type Surroundings, surroundings } from './surroundings.ts';

export type ResourceDetectorName = 'service' | 'process' | 'host' | 'container' | 'kubernetes' | 'cloud';
const DETECTORS: Readonly<Record<ResourceDetectorName, (here: Surroundings) => Attributes>> = {
  service: detectService,
  process: detectProcess,
  host: detectHost,
  container: detectContainer,
  kubernetes: detectKubernetes,
  cloud: detectCloud,
};
// A record's own keys are its names.
export const RESOURCE_DETECTORS: readonly ResourceDetectorName[] = Object.keys(DETECTORS) as ResourceDetectorName[];

export interface DetectResourceOptions {
  /** Default: all. */
  readonly detectors?: readonly ResourceDetectorName[];
  /** Which attributes of what the detectors find are taken. Default: all. */
  readonly filter?: AttributeFilter;
  /** Default: this process and its machine. */
  readonly surroundings?: Surroundings;
  /** Called with what was ignored and why. */
  readonly onWarning?: (message: string) => void;
}

/**
 * What is known of this process without asking anyone: environment and small files are read, nothing is sent. Weakest
 * first: package.json, process, host, container, Kubernetes, cloud, `OTEL_ENTITIES`, `ENVIRONMENT`,
 * `OTEL_RESOURCE_ATTRIBUTES`, `OTEL_SERVICE_NAME`; `telemetry.sdk.*` always say who this is.
 */
export function detectResource(options: DetectResourceOptions = {}): SdkResource {
  const here = options.surroundings ?? surroundings();
  const env = here.environment;
  const attributes: Attributes = { 'service.name': UNKNOWN_SERVICE };
  const isTaken = attributeMatcher(options.filter ?? {});
  for (const detector of options.detectors ?? RESOURCE_DETECTORS) {
    for (const [name, value] of Object.entries(DETECTORS[detector](here))) if (isTaken(name)) attributes[name] = value;
  }
  const given = parseResourceAttributes(env['OTEL_RESOURCE_ATTRIBUTES']);
  if (given.problem !== undefined) options.onWarning?.(`OTEL_RESOURCE_ATTRIBUTES is ignored: ${given.problem}`);
  const entities = parseEntities(env['OTEL_ENTITIES']);
  for (const problem of entities.problems) options.onWarning?.(`OTEL_ENTITIES: ${problem}`);
  const detected: SdkResource = {
    attributes: {
      ...attributes,
      ...entities.attributes,
      ...present({ 'deployment.environment.name': env['ENVIRONMENT'] }),
    },
    schemaUrl: SCHEMA_URL,
  };
  const own: Attributes = {
    ...given.attributes,
    ...present({ 'service.name': env['OTEL_SERVICE_NAME'] }),
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.name': 'throughline',
    'telemetry.sdk.version': SDK_VERSION,
  };
  return mergeResources(detected, { attributes: own, schemaUrl: '' });
}
