import { TracingConfigError } from './config-error.ts';
import type { Environment } from './environment-values.ts';

const REFERENCE = /\$\$|\$\{([^}\n]*)\}/g;
const INSIDE = /^(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;

/**
 * `${NAME}`, `${env:NAME}` and `${NAME:-default}` in a scalar's text; `$$` is a dollar sign; an unset or empty variable
 * without a default gives ''. Values are not looked into again. Throws `config_file_malformed` for other references
 * (Declarative configuration, Environment variable substitution).
 */
export function substituteEnvironment(text: string, environment: Environment): string {
  return text.replace(REFERENCE, (whole, inside: string | undefined) => {
    if (inside === undefined) return '$';
    const match = INSIDE.exec(inside);
    if (match === null) {
      const message = `${JSON.stringify(whole)} is no reference to an environment variable`;
      throw new TracingConfigError('config_file_malformed', [{ code: 'bad_reference', path: '', message }]);
    }
    const value = environment[match[1] ?? ''];
    return value === undefined || value === '' ? (match[2] ?? '') : value;
  });
}

/** The value that YAML's core schema gives an unquoted scalar. Never more than a scalar: text cannot become structure. */
export function plainScalar(text: string): string | number | boolean | null {
  if (/^(?:~|null|Null|NULL|)$/.test(text)) return null;
  if (/^(?:true|True|TRUE)$/.test(text)) return true;
  if (/^(?:false|False|FALSE)$/.test(text)) return false;
  if (/^[-+]?\d+$/.test(text) || /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/.test(text)) return Number(text);
  if (/^0x[0-9a-fA-F]+$|^0o[0-7]+$/.test(text)) return Number(text);
  return text;
}
