import { readFileSync } from 'node:fs';
import { CodedError } from '@throughline/model';
import { parse as parseYaml, YAMLParseError } from 'yaml';
import { type Config, configKeys, type ConfigIssue, parseConfig } from './schema.ts';
import { suggest } from './suggest.ts';

type Tree = { [key: string]: unknown };

const ENVIRONMENT_PREFIX = 'THROUGHLINE_';
/** Read elsewhere: not configuration keys. */
const OTHER_VARIABLES: ReadonlySet<string> = new Set([
  'THROUGHLINE_CONFIG',
  'THROUGHLINE_URL',
  'THROUGHLINE_DATA',
  'THROUGHLINE_CHROMIUM',
  'THROUGHLINE_TENANT',
  'THROUGHLINE_CRASH_ROUNDS',
  'THROUGHLINE_BENCH_DIR',
  'THROUGHLINE_BENCH_REQUESTS',
]);
/** What Kubernetes sets in every pod beside a Service that is called throughline. */
const KUBERNETES_SERVICE_LINK = /^THROUGHLINE_(?:SERVICE_(?:HOST|PORT(?:_\w+)?)|PORT(?:_\w+)?)$/;

/**
 * The effective configuration: defaults, then the YAML file, then `THROUGHLINE_*` variables, then flags.
 * `flags` are dotted keys (`limits.max_body_bytes`) with their values.
 *
 * @throws CodedError `invalid_configuration`, with one line for each mistake: where it stands and what would be right
 */
export function loadConfig(sources: {
  readonly file?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly flags: Readonly<Record<string, string>>;
}): Config {
  const tree: Tree = {};
  const origin = new Map<string, string>();
  const file = sources.file ?? sources.env['THROUGHLINE_CONFIG'];
  if (file !== undefined && file !== '') merge(tree, readConfigFile(file), file, origin);
  for (const [variable, value] of Object.entries(sources.env)) {
    if (value === undefined || !variable.startsWith(ENVIRONMENT_PREFIX)) continue;
    if (OTHER_VARIABLES.has(variable) || KUBERNETES_SERVICE_LINK.test(variable)) continue;
    const key = keyOfVariable(variable);
    if (key === undefined) {
      const near = suggest(
        variable,
        configKeys().map(({ key: known }) => variableOf(known)),
      );
      throw invalid([`${variable} is not a known variable${near === undefined ? '' : `; did you mean ${near}?`}`]);
    }
    set(tree, key, value, variable, origin);
  }
  for (const [key, value] of Object.entries(sources.flags)) set(tree, key, value, flagOf(key), origin);

  const result = parseConfig(tree);
  if ('issues' in result) throw invalid(result.issues.flatMap((issue) => describe(issue, origin)));
  return result.config;
}

function readConfigFile(file: string): Tree {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw invalid([`${file} cannot be read: ${(error as Error).message}`]);
  }
  try {
    const parsed: unknown = parseYaml(text);
    if (parsed === null || parsed === undefined) return {};
    if (!isTree(parsed)) throw invalid([`${file}: expected a mapping of keys to values`]);
    return parsed;
  } catch (error) {
    if (error instanceof YAMLParseError) throw invalid([`${file}: ${error.message}`]);
    throw error;
  }
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function merge(into: Tree, from: Tree, source: string, origin: Map<string, string>, path = ''): void {
  for (const [key, value] of Object.entries(from)) {
    const dotted = path === '' ? key : `${path}.${key}`;
    const existing = into[key];
    if (isTree(value)) {
      const child: Tree = isTree(existing) ? existing : {};
      into[key] = child;
      merge(child, value, source, origin, dotted);
    } else into[key] = value;
    origin.set(dotted, source);
  }
}

function set(tree: Tree, dotted: string, value: string, source: string, origin: Map<string, string>): void {
  let node = tree;
  const parts = dotted.split('.');
  const last = parts.pop() ?? dotted;
  for (const part of parts) {
    const child = node[part];
    const next: Tree = isTree(child) ? child : {};
    node[part] = next;
    node = next;
  }
  node[last] = value;
  origin.set(dotted, source);
}

function variableOf(key: string): string {
  return ENVIRONMENT_PREFIX + key.replaceAll('.', '_').toUpperCase();
}

function keyOfVariable(variable: string): string | undefined {
  return configKeys().find(({ key }) => variableOf(key) === variable)?.key;
}

function flagOf(key: string): string {
  return key.includes('.') ? `--set ${key}` : `--${key.replaceAll('_', '-')}`;
}

function describe(issue: ConfigIssue, origin: ReadonlyMap<string, string>): string[] {
  const { path, message, unknownKeys } = issue;
  if (unknownKeys.length === 0) return [`${path} (${origin.get(path) ?? 'configuration'}): ${message}`];
  const known = configKeys().map(({ key }) => key);
  return unknownKeys.map((key) => {
    const dotted = path === '' ? key : `${path}.${key}`;
    const near = suggest(dotted, known);
    const source = origin.get(dotted) ?? 'configuration';
    return `${dotted} (${source}) is not a known key${near === undefined ? '' : `; did you mean ${near}?`}`;
  });
}

function invalid(lines: readonly string[]): CodedError {
  return new CodedError('invalid_configuration', lines.join('\n'));
}
