export interface ParsedEntities {
  /** Of all entities; of those with the same name the last one's. */
  readonly attributes: Readonly<Record<string, string>>;
  /** What was left out, and why. */
  readonly problems: readonly string[];
}

interface Entity {
  readonly type: string;
  readonly id: ReadonlyMap<string, string>;
  readonly description: ReadonlyMap<string, string>;
}

const ENTITY = /^([a-z][\w.-]*)\{([^{}[\]]*)\}(?:\[([^{}[\]]*)\])?(?:@(.*))?$/is;
const PAIR = /^\s*([a-z][\w.-]*)\s*=\s*([^{}[\]@;,=]*?)\s*$/i;

/**
 * `OTEL_ENTITIES`: `type{id=value,..}[description=value,..]@schemaUrl`, separated by semicolons, values percent-encoded.
 * What breaks the grammar is left out and told; the rest counts. Entities become attributes of the resource, so that
 * their schema URLs, and which attributes identify, are not kept. Source: OpenTelemetry, Entity Propagation.
 */
export function parseEntities(text: string | undefined): ParsedEntities {
  const problems: string[] = [];
  let entities: Entity[] = [];
  for (const part of (text ?? '').split(';').map((each) => each.trim())) {
    if (part === '') continue;
    const entity = entityOf(part);
    if (typeof entity === 'string') {
      problems.push(`${JSON.stringify(part)} is left out: ${entity}`);
      continue;
    }
    const others = entities.filter((other) => other.type !== entity.type || !haveSameId(other, entity));
    if (others.length < entities.length)
      problems.push(`of several entities of type ${entity.type} the last one counts`);
    entities = [...others, entity];
  }
  const attributes = new Map<string, string>();
  for (const { id, description } of entities) {
    for (const [key, value] of [...id, ...description]) {
      if ((attributes.get(key) ?? value) !== value) problems.push(`of several values of ${key} the last one counts`);
      attributes.set(key, value);
    }
  }
  return { attributes: Object.fromEntries(attributes), problems };
}

/** Why it is none, or the entity. */
function entityOf(text: string): Entity | string {
  const [, type, idText = '', descriptionText = ''] = ENTITY.exec(text) ?? [];
  if (type === undefined) return 'it is no type{id=value}[key=value]@url';
  const id = pairsOf(idText);
  const description = pairsOf(descriptionText);
  if (id === undefined || description === undefined) return 'its attributes are not key=value, percent-encoded';
  return id.size === 0 ? 'it has no identifying attribute' : { type, id, description };
}

function pairsOf(text: string): ReadonlyMap<string, string> | undefined {
  const pairs = new Map<string, string>();
  if (text.trim() === '') return pairs;
  for (const part of text.split(',')) {
    const [, key, value] = PAIR.exec(part) ?? [];
    if (key === undefined || value === undefined) return undefined;
    try {
      pairs.set(key, decodeURIComponent(value));
    } catch {
      return undefined;
    }
  }
  return pairs;
}

/** Two entities of a type with one identifying attribute in common are the same one, or contradict each other. */
function haveSameId(one: Entity, other: Entity): boolean {
  return [...one.id.keys()].some((key) => other.id.has(key));
}
