import { readdir, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CodedError } from '@throughline/model';
import { parseScenario, type Scenario } from '@throughline/simulator';
import { parse, YAMLParseError } from 'yaml';
import { suggest } from '../../config/suggest.ts';
import { messageOf } from '../error-message.ts';

/** The scenarios that come with the program. */
const FOLDER = fileURLToPath(new URL('../../../scenarios/', import.meta.url));

export interface BundledScenario {
  readonly name: string;
  readonly description: string;
}

export async function listScenarios(): Promise<readonly BundledScenario[]> {
  const names = await bundledNames();
  return Promise.all(
    names.map(async (name) => {
      const { description } = await loadScenario(name);
      return { name, description };
    }),
  );
}

/**
 * A bundled scenario by its name, or one in a YAML (or JSON) file by its path.
 *
 * @throws CodedError `unknown_scenario`, `cannot_read_file`, `invalid_scenario`
 */
export async function loadScenario(nameOrPath: string): Promise<Scenario> {
  const isPath = /[\\/]|\.ya?ml$|\.json$/.test(nameOrPath);
  if (!isPath) {
    const names = await bundledNames();
    if (!names.includes(nameOrPath)) {
      const near = suggest(nameOrPath, names);
      throw new CodedError(
        'unknown_scenario',
        `There is no scenario ${JSON.stringify(nameOrPath)}${near === undefined ? '' : `; did you mean ${near}?`} ` +
          `There are ${names.join(', ')}; a file is named with its path, such as ./mine.yaml`,
      );
    }
  }
  const path = isPath ? nameOrPath : `${FOLDER}${nameOrPath}.yaml`;
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new CodedError('cannot_read_file', `Cannot read ${path}: ${messageOf(cause)}`, { cause });
  }
  try {
    return parseScenario(parse(text));
  } catch (error) {
    if (error instanceof YAMLParseError) {
      throw new CodedError('invalid_scenario', `${basename(path)}: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

async function bundledNames(): Promise<readonly string[]> {
  const files = await readdir(FOLDER);
  return files
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => basename(file, '.yaml'))
    .sort();
}
