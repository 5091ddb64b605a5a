import type { Attributes } from '@opentelemetry/api';
import { dirname, join } from 'node:path';
import { present } from './resource-attributes.ts';
import type { Surroundings } from './surroundings.ts';

export const UNKNOWN_SERVICE = 'unknown_service:node';
const MAX_FOLDERS_UP = 16;

/**
 * Name and version of the nearest package.json with a name, from the started script's folder (else the working one) up,
 * and an id that tells this process from the service's other ones.
 */
export function detectService(here: Surroundings): Attributes {
  return { ...nearestPackage(here), 'service.instance.id': here.instanceId };
}

function nearestPackage(here: Surroundings): Attributes {
  const script = here.argv[1];
  let folder = script === undefined || script === '' ? here.workingDirectory : dirname(script);
  for (let depth = 0; depth < MAX_FOLDERS_UP; depth++) {
    const found = packageOf(here.readFile(join(folder, 'package.json')));
    if (found !== undefined) return found;
    const above = dirname(folder);
    if (above === folder) break;
    folder = above;
  }
  return { 'service.name': UNKNOWN_SERVICE };
}

function packageOf(text: string | undefined): Attributes | undefined {
  if (text === undefined) return undefined;
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof content !== 'object' || content === null || !('name' in content)) return undefined;
  if (typeof content.name !== 'string' || content.name === '') return undefined;
  const version = 'version' in content && typeof content.version === 'string' ? content.version : undefined;
  return present({ 'service.name': content.name, 'service.version': version });
}
