import { configKeys } from './schema.ts';

/** The reference page of the configuration, in Markdown; `docs/configuration.md` is this text. */
export function configurationReference(): string {
  const rows = configKeys().map(({ key, description, defaultValue }) => {
    const variable = `THROUGHLINE_${key.replaceAll('.', '_').toUpperCase()}`;
    const flag = key.includes('.') ? `--set ${key}=` : `--${key.replaceAll('_', '-')}`;
    const text = description.replaceAll('|', '\\|');
    return `| \`${key}\` | \`${flag}\` | \`${variable}\` | ${defaultValue === undefined ? '' : `\`${defaultValue}\``} | ${text} |`;
  });
  return [
    '# Configuration',
    '',
    '<!-- Made from the schema by `node --conditions=throughline-source scripts/config-reference.ts`. -->',
    '',
    'Every setting of `throughline up` is a key of a YAML file (`--config FILE` or `THROUGHLINE_CONFIG`), a variable and a',
    'flag. Flags win over variables, variables over the file. An unknown key or variable is an error.',
    '',
    '```yaml',
    'http: 0.0.0.0:16686',
    'otlp_grpc: off',
    'data_dir: /var/lib/throughline',
    'limits:',
    '  query_timeout_ms: 60000',
    '```',
    '',
    '| key | flag | variable | default | meaning |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
