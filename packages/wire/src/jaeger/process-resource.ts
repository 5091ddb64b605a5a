import { type Attributes, type AttributeValue, emptyAttributes, type Resource } from '@throughline/model';

/** The resource of a Jaeger process: `service.name` (unless there is none), then the process tags. */
export function resourceOfProcess(serviceName: string, tags: Attributes, unreadableTagsCount = 0): Resource {
  const attributes = new Map<string, AttributeValue>();
  if (serviceName !== '') attributes.set('service.name', serviceName);
  for (const [key, value] of tags) if (key !== 'service.name' || serviceName === '') attributes.set(key, value);
  return { attributes, droppedAttributesCount: unreadableTagsCount, schemaUrl: '' };
}

/** A process that is not known. */
export const NO_PROCESS: Resource = { attributes: emptyAttributes, droppedAttributesCount: 0, schemaUrl: '' };
