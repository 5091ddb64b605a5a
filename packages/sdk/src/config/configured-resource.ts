import { detectResource } from '../resource/detect-resource.ts';
import { mergeResources, type SdkResource } from '../resource/resource.ts';
import { type Surroundings, surroundings } from '../resource/surroundings.ts';
import type { TracingConfig } from './tracing-config.ts';

/** What is detected, with what is configured over it. */
export function configuredResource(
  config: TracingConfig,
  here: Surroundings = surroundings(),
  onWarning: (message: string) => void = () => {},
): SdkResource {
  const { attributes, schemaUrl, detectors, detected: filter, fromEnvironment } = config.resource;
  const ignored = {
    OTEL_RESOURCE_ATTRIBUTES: undefined,
    OTEL_ENTITIES: undefined,
    OTEL_SERVICE_NAME: undefined,
    ENVIRONMENT: undefined,
  };
  const environment = fromEnvironment ? here.environment : { ...here.environment, ...ignored };
  const detected = detectResource({ detectors, filter, surroundings: { ...here, environment }, onWarning });
  return mergeResources(detected, { attributes, schemaUrl });
}
