import { createRequire } from 'node:module';
import { readSmallFile } from '../resource/surroundings.ts';
import { TracingConfigError } from './config-error.ts';
import type { Environment } from './environment-values.ts';
import { plainScalar, substituteEnvironment } from './substitute-environment.ts';

const MAX_CONFIG_BYTES = 1_048_576;

function fileError(code: string, path: string, message: string): TracingConfigError {
  return new TracingConfigError(code, [{ code, path, message }]);
}

/**
 * A configuration file's content with environment variables put in. JSON needs nothing; YAML needs the package `yaml`.
 * Throws `config_file_unreadable` (absent, or more than 1 MiB), `config_file_malformed`, `config_file_needs_yaml`.
 */
export function parseConfigFile(path: string, environment: Environment): unknown {
  const text = readSmallFile(path, MAX_CONFIG_BYTES);
  if (text === undefined) throw fileError('config_file_unreadable', path, 'cannot be read, or is larger than 1 MiB');
  if (/^\s*\{/.test(text)) {
    try {
      return substituteJson(JSON.parse(text), environment);
    } catch (error) {
      if (error instanceof TracingConfigError) throw error;
      // YAML's flow mappings begin like JSON.
    }
  }
  return parseYaml(path, text, environment);
}

function substituteJson(value: unknown, environment: Environment): unknown {
  if (typeof value === 'string') return substituteEnvironment(value, environment);
  if (Array.isArray(value)) return value.map((entry) => substituteJson(entry, environment));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, substituteJson(entry, environment)]));
}

function parseYaml(path: string, text: string, environment: Environment): unknown {
  let yaml: typeof import('yaml');
  try {
    // The optional peer's own types.
    yaml = createRequire(import.meta.url)('yaml') as typeof import('yaml');
  } catch {
    throw fileError('config_file_needs_yaml', path, 'is YAML; install the package "yaml", or write it as JSON');
  }
  const document = yaml.parseDocument(text);
  const [problem] = document.errors;
  if (problem !== undefined) throw fileError('config_file_malformed', path, problem.message);
  yaml.visit(document, {
    Scalar: (key, node) => {
      if (key === 'key' || typeof node.value !== 'string' || !node.value.includes('$')) return;
      const value = substituteEnvironment(node.value, environment);
      node.value = node.type === 'PLAIN' ? plainScalar(value) : value;
    },
  });
  try {
    const content: unknown = document.toJS({ maxAliasCount: 100 });
    return content;
  } catch (error) {
    throw fileError('config_file_malformed', path, error instanceof Error ? error.message : 'cannot be read');
  }
}
