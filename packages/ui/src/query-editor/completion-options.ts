import type { AttributeValueAnswer } from '@throughline/query/client';
import {
  type AttributeField,
  intrinsics,
  kindKeywords,
  type Literal,
  printField,
  statusKeywords,
} from '@throughline/traceql';

import { formatCount } from '../format/count.ts';
import type { CompletionPlace, WrittenField } from './completion-place.ts';
import type { Vocabulary } from './vocabulary.ts';

export interface CompletionOption {
  /** What is inserted. */
  readonly label: string;
  readonly detail?: string;
  readonly type: 'field' | 'attribute' | 'operator' | 'value';
  /** Where the cursor goes within the inserted text; behind it unless given. */
  readonly cursor?: number;
}

const TYPE_NAMES = {
  text: 'text',
  number: 'number',
  duration: 'duration',
  boolean: 'true or false',
  status: 'status',
  kind: 'kind',
  any: 'any',
} as const;

/** What can be written at a place, best first. */
export async function completionOptions(
  place: CompletionPlace,
  vocabulary: Vocabulary,
): Promise<readonly CompletionOption[]> {
  switch (place.expects) {
    case 'spanset':
      return SPANSETS;
    case 'spansetOperator':
      return SPANSET_OPERATORS;
    case 'operator':
      return OPERATORS;
    case 'connective':
      return CONNECTIVES;
    case 'field':
      return fieldOptions(vocabulary);
    case 'value':
      return valueOptions(place.field, place.operator, place.service, vocabulary);
  }
}

const option = (label: string, detail: string, cursor?: number): CompletionOption => ({
  label,
  detail,
  type: 'operator',
  ...(cursor !== undefined && { cursor }),
});

const SPANSETS: readonly CompletionOption[] = [
  option('{  }', 'spans with…', 2),
  option('{ status = error }', 'failed spans'),
  option('{ duration > 1s }', 'slow spans'),
  option('{ resource.service.name = "" }', 'spans of a service', 27),
];

const SPANSET_OPERATORS: readonly CompletionOption[] = [
  option('&&', 'and the trace also has'),
  option('||', 'or the trace has'),
  option('>', 'whose child is'),
  option('>>', 'with a descendant'),
  option('<', 'whose parent is'),
  option('<<', 'with an ancestor'),
  option('~', 'with a sibling'),
  option('!>', 'not a child of'),
  option('!>>', 'not a descendant of'),
];

const OPERATORS: readonly CompletionOption[] = [
  option('=', 'is'),
  option('!=', 'is not'),
  option('>', 'above'),
  option('>=', 'at least'),
  option('<', 'below'),
  option('<=', 'at most'),
  option('=~', 'matches the regular expression'),
  option('!~', 'does not match'),
];

const CONNECTIVES: readonly CompletionOption[] = [option('&&', 'and'), option('||', 'or'), option('}', 'end')];

/** Those that people ask for first; the other intrinsics follow the attributes. */
const FIRST_INTRINSICS: ReadonlySet<string> = new Set(['name', 'duration', 'status', 'kind', 'traceDuration', 'error']);

async function fieldOptions(vocabulary: Vocabulary): Promise<readonly CompletionOption[]> {
  const attributes = await vocabulary.attributes();
  const ofStore = attributes.map(({ name, scope, types }): CompletionOption => ({
    label: printField(attributeField(scope, name)),
    detail: types.join(', '),
    type: 'attribute',
  }));
  const service: CompletionOption = { label: 'resource.service.name', detail: 'string', type: 'attribute' };
  const isService = ({ label }: CompletionOption): boolean => label === service.label;
  const named = Object.entries(intrinsics).map(([name, { type, spellings }]) => ({
    isFirst: FIRST_INTRINSICS.has(name),
    option: { label: spellings[0], detail: TYPE_NAMES[type], type: 'field' } satisfies CompletionOption,
  }));
  return [
    service,
    ...named.filter(({ isFirst }) => isFirst).map((entry) => entry.option),
    ...ofStore.filter((entry) => !isService(entry)),
    ...named.filter(({ isFirst }) => !isFirst).map((entry) => entry.option),
  ];
}

function attributeField(scope: AttributeField['scope'], name: string): AttributeField {
  return { kind: 'attribute', scope, parent: false, name };
}

async function valueOptions(
  field: WrittenField,
  operator: string,
  service: string | undefined,
  vocabulary: Vocabulary,
): Promise<readonly CompletionOption[]> {
  const textOnly = operator === '=~' || operator === '!~';
  if (field.kind === 'intrinsic') return intrinsicValues(field.spelling, service, vocabulary);
  if (field.name === 'service.name' && field.scope !== 'span') return texts(await vocabulary.services());
  const scopes =
    field.scope === 'any' ? (['span', 'resource'] as const) : SCOPES.filter((scope) => scope === field.scope);
  const lists = await Promise.all(scopes.map((scope) => vocabulary.values(field.name, scope, service)));
  const known = new Map<string, CompletionOption>();
  for (const value of lists.flat()) {
    if (textOnly && value.type !== 'string') continue;
    const label = printedValue(value);
    if (label === undefined || known.has(label)) continue;
    known.set(label, { label, detail: formatCount(value.count), type: 'value' });
  }
  return [...known.values()];
}

const SCOPES = ['span', 'resource'] as const;

async function intrinsicValues(
  spelling: string,
  service: string | undefined,
  vocabulary: Vocabulary,
): Promise<readonly CompletionOption[]> {
  const definition = Object.entries(intrinsics).find(([, { spellings }]) => spellings.includes(spelling));
  if (definition === undefined) return [];
  const [name, { type }] = definition;
  if (name === 'rootService') return texts(await vocabulary.services());
  if (name === 'name') return texts(await vocabulary.operations(service));
  if (name === 'rootName') return texts(await vocabulary.operations(undefined));
  switch (type) {
    case 'status':
      return [...statusKeywords.keys()].toReversed().map((label) => ({ label, type: 'value' }));
    case 'kind':
      return [...kindKeywords.keys()].toReversed().map((label) => ({ label, type: 'value' }));
    case 'boolean':
      return ['true', 'false'].map((label) => ({ label, type: 'value' }));
    case 'duration':
      return ['10ms', '100ms', '500ms', '1s', '5s', '1m'].map((label) => ({ label, type: 'value' }));
    default:
      return [];
  }
}

function texts(values: readonly string[]): readonly CompletionOption[] {
  return values.map((value) => ({ label: printField({ kind: 'literal', type: 'text', value }), type: 'value' }));
}

/** The value as a query writes it; undefined if no query can. */
export function printedValue({ type, value }: Pick<AttributeValueAnswer, 'type' | 'value'>): string | undefined {
  const literal = literalOf(type, value);
  return literal === undefined ? undefined : printField(literal);
}

/** The literal that equals an attribute's value; undefined for floats that are no number. */
export function literalOf(
  type: AttributeValueAnswer['type'],
  value: AttributeValueAnswer['value'],
): Literal | undefined {
  switch (type) {
    case 'string':
      return { kind: 'literal', type: 'text', value: String(value) };
    case 'bool':
      return { kind: 'literal', type: 'boolean', value: value === true };
    case 'int':
      return { kind: 'literal', type: 'integer', value: BigInt(value) };
    case 'double': {
      const float = Number(value);
      return Number.isFinite(float) ? { kind: 'literal', type: 'float', value: float } : undefined;
    }
  }
}
