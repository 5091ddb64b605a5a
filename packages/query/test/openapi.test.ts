import { expect, it } from 'vitest';
import { testApi } from './api.ts';
import { scriptedStore } from './scripted-store.ts';

const api = await testApi(scriptedStore({ traces: [] }));
const document = await api.json('/openapi.json');

it('is an OpenAPI 3.1 document of every route', () => {
  expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'Throughline', version: '1.2.3' } });
  expect(Object.keys(document.paths).toSorted()).toEqual([
    '/api/dependencies',
    '/api/operations',
    '/api/services',
    '/api/services/{service}/operations',
    '/api/traces',
    '/api/traces/{traceId}',
    '/v1/analysis/changes',
    '/v1/analysis/compare',
    '/v1/analysis/compare-sets',
    '/v1/analysis/critical-path',
    '/v1/analysis/dependencies',
    '/v1/analysis/errors',
    '/v1/analysis/root-cause',
    '/v1/analysis/services',
    '/v1/analysis/services/{service}',
    '/v1/analysis/skew',
    '/v1/analysis/slow',
    '/v1/analysis/traces/{traceId}',
    '/v1/attributes',
    '/v1/attributes/{name}/values',
    '/v1/dependencies',
    '/v1/facets',
    '/v1/heatmap',
    '/v1/red',
    '/v1/services',
    '/v1/services/{service}/deployments',
    '/v1/services/{service}/operations',
    '/v1/status',
    '/v1/tail',
    '/v1/traces',
    '/v1/traces/{traceId}',
    '/v1/traces/{traceId}/backlinks',
  ]);
  for (const path of Object.keys(document.paths)) {
    const { get } = document.paths[path];
    expect([path, get.summary, get.operationId]).toEqual([path, expect.any(String), expect.any(String)]);
    expect(Object.keys(get.responses)).toEqual(['200', '4XX', '5XX']);
  }
});

it('describes the parameters as they are validated', () => {
  const { parameters } = document.paths['/v1/traces'].get;
  expect(parameters.map(({ name }: { name: string }) => name)).toEqual([
    'q',
    'service',
    'operation',
    'tags',
    'min_duration',
    'max_duration',
    'start_time',
    'end_time',
    'since',
    'limit',
    'order',
    'select',
    'cursor',
  ]);
  const parameter = (name: string) => parameters.find((each: { name: string }) => each.name === name);
  expect(parameter('order').schema).toMatchObject({ type: 'string', enum: ['newest', 'longest'] });
  expect(parameter('tags').schema).toMatchObject({ type: 'array', items: { type: 'string' } });
  expect(parameters.every((each: { required?: boolean }) => each.required !== true)).toBe(true);
});

it('refers to its components, and all references lead somewhere', () => {
  const text = JSON.stringify(document);
  const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name);
  expect(references).toContain('SearchAnswer');
  expect(new Set(references)).toEqual(new Set(Object.keys(document.components.schemas)));
  expect(text).not.toMatch(/"component"|"repeatable"|"\$schema"/);
});
