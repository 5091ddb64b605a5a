import { type AttributeValue, type Resource, UNKNOWN_SERVICE } from '@throughline/model';
import { type JsonObject, optionalText } from '../mapping/json-object.ts';
import { readAttributes, readUint32, sum } from './read-fields.ts';

/** The resource of a span: its `resource_attributes`, with `service_name` as `service.name`. */
export function readResource(json: JsonObject, serviceName: string): Resource {
  const own = readAttributes(json['resource_attributes'], json['resource_attribute_types']);
  // `unknown_service` is what a resource without a name is called when it is written.
  const isNamed = serviceName !== '' && serviceName !== UNKNOWN_SERVICE;
  const attributes =
    isNamed && !own.attributes.has('service.name')
      ? new Map<string, AttributeValue>([['service.name', serviceName], ...own.attributes])
      : own.attributes;
  if (isNamed) attributes.set('service.name', serviceName);
  return {
    attributes,
    droppedAttributesCount: sum(readUint32(json['resource_dropped_attributes_count']), own.unreadableCount),
    schemaUrl: optionalText(json['resource_schema_url']) ?? '',
  };
}
