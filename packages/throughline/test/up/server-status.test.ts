import { expect, it } from 'vitest';
import { parseConfig } from '../../src/config/schema.ts';
import { shownSettings } from '../../src/up/server-status.ts';

const settingsOf = (tree: object) => {
  const parsed = parseConfig(tree);
  if ('issues' in parsed) throw new Error(JSON.stringify(parsed.issues));
  return new Map(shownSettings(parsed.config).map(({ name, value }) => [name, value]));
};

it('shows settings in effect under the names that set them', () => {
  const settings = settingsOf({ data_dir: '/data', otlp_grpc: 'off', limits: { max_body_bytes: 5 } });
  expect(settings.get('data_dir')).toBe('/data');
  expect(settings.get('otlp_grpc')).toBe('off');
  expect(settings.get('http')).toBe('127.0.0.1:16686');
  expect(settings.get('limits.max_body_bytes')).toBe(5);
  expect(settings.get('store')).toBeNull();
});

it.each([
  ['clickhouse://user:secret@host:8123/traces?password=secret&cluster=c', 'clickhouse://host:8123/traces'],
  ['clickhouse://secret@host', 'clickhouse://host'],
  ['other:secret', 'other:'],
  ['http://user:sec ret@%', 'http:'],
  ['chdb:/somewhere', 'chdb:/somewhere'],
  ['memory:', 'memory:'],
])('shows no secret of the store %s', (store, shown) => {
  const settings = settingsOf({ store });
  expect(settings.get('store')).toBe(shown);
  expect(JSON.stringify([...settings])).not.toContain('secret');
});
