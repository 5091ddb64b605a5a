import type { AttributeValue } from '@opentelemetry/api';
import type { ResourceDetectorName } from '../resource/detect-resource.ts';
import { parseResourceAttributes } from '../resource/resource-attributes.ts';
import { suggestion } from './config-error.ts';
import { withoutUndefined } from './environment-options.ts';
import type { FileNode } from './file-node.ts';
import type { TracingOptions } from './tracing-options.ts';

const DETECTORS: ReadonlyMap<string, readonly ResourceDetectorName[]> = new Map([
  ['container', ['container', 'kubernetes', 'cloud']],
  ['host', ['host']],
  ['process', ['process']],
  ['service', ['service']],
]);

/** The resource of the declarative file. */
export function resourceOf(
  node: FileNode | undefined,
  warn: (message: string) => void,
): NonNullable<TracingOptions['resource']> {
  node?.only(['attributes', 'attributes_list', 'schema_url', 'detection/development']);
  const { attributes: listed, problem } = parseResourceAttributes(node?.text('attributes_list'));
  if (problem !== undefined) node?.problem('unknown_value', 'attributes_list', problem);
  const attributes: Record<string, AttributeValue> = { ...listed };
  for (const entry of node?.nodes('attributes') ?? []) {
    const [name, value] = attributeOf(entry) ?? [];
    if (name !== undefined && value !== undefined) attributes[name] = value;
  }
  const detection = node?.node('detection/development');
  detection?.only(['attributes', 'detectors']);
  const detected = detection?.node('attributes');
  detected?.only(['included', 'excluded']);
  return withoutUndefined({
    attributes,
    schemaUrl: node?.text('schema_url'),
    detectors: (detection?.nodes('detectors') ?? []).flatMap((entry) => detectorsOf(entry, warn)),
    detected:
      detected && withoutUndefined({ included: detected.texts('included'), excluded: detected.texts('excluded') }),
  });
}

/** Each SDK has detectors of its own, so that a file for several of them may name some that are not ours. */
function detectorsOf(entry: FileNode, warn: (message: string) => void): readonly ResourceDetectorName[] {
  return entry.keys().flatMap((name) => {
    const known = DETECTORS.get(name);
    if (known === undefined) {
      const what = `resource detector ${JSON.stringify(name)} of the configuration file`;
      warn(`the ${what} is not known and ignored${suggestion(name, [...DETECTORS.keys()])}`);
    }
    return known ?? [];
  });
}

const TYPES = ['string', 'bool', 'int', 'double'] as const;
type ScalarType = (typeof TYPES)[number];

/** Undefined after a problem, and without a value, as an unset variable leaves it. */
function attributeOf(entry: FileNode): readonly [string, AttributeValue] | undefined {
  entry.only(['name', 'value', 'type']);
  const name = entry.text('name');
  const value = entry.value('value');
  const type = entry.choice('type', [...TYPES, ...TYPES.map((of) => `${of}_array` as const)]);
  if (name === undefined || value === undefined) entry.problem('missing', 'name', 'and value are needed');
  if (name === undefined || value === undefined || value === null) return undefined;
  // What has no type is what it is written as; `checkOptions` looks at it.
  if (type === undefined) return [name, value];
  const scalar = TYPES.find((of) => type.startsWith(of)) ?? 'string';
  const isList = type.endsWith('_array');
  const items: readonly unknown[] = isList ? (Array.isArray(value) ? value : [undefined]) : [value];
  const values = items.map((item) => typed(item, scalar));
  if (values.includes(undefined)) {
    entry.problem('wrong_type', 'value', `is no ${type}`);
    return undefined;
  }
  return [name, isList ? values : values[0]];
}

/** The value as this type; text, as quoted variables are, is read. Undefined: it is none. */
function typed(value: unknown, type: ScalarType): string | number | boolean | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  const text = String(value).trim();
  if (type === 'string') return typeof value === 'string' ? value : text;
  if (type === 'bool') return text === 'true' ? true : text === 'false' ? false : undefined;
  const number = text === '' || typeof value === 'boolean' ? Number.NaN : Number(text);
  return (type === 'int' ? Number.isSafeInteger(number) : Number.isFinite(number)) ? number : undefined;
}
