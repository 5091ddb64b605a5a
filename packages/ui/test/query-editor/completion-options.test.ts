import { parseQuery } from '@throughline/traceql';
import { describe, expect, it } from 'vitest';

import { completionOptions } from '../../src/query-editor/completion-options.ts';
import { completionPlace } from '../../src/query-editor/completion-place.ts';
import type { Vocabulary } from '../../src/query-editor/vocabulary.ts';

const vocabulary: Vocabulary = {
  attributes: async () => [
    { name: 'http.route', scope: 'span', types: ['string'] },
    { name: 'two words', scope: 'span', types: ['int'] },
    { name: 'service.name', scope: 'resource', types: ['string'] },
  ],
  values: async (name, scope, service) =>
    name === 'http.route' && scope === 'span'
      ? [
          { type: 'string', value: `/${service ?? 'any'} "x"`, count: 1200 },
          { type: 'int', value: '9007199254740993', count: 2 },
          { type: 'double', value: 'NaN', count: 1 },
        ]
      : [],
  services: async () => ['cart', 'order'],
  operations: async (service) => (service === 'cart' ? ['GET /'] : ['GET /', 'POST /']),
};

async function labelsAt(text: string): Promise<readonly string[]> {
  const place = completionPlace(text, text.length);
  return place === undefined ? [] : (await completionOptions(place, vocabulary)).map(({ label }) => label);
}

describe('what is offered', () => {
  it('names the service first, then intrinsics and the attributes of the store, each once', async () => {
    const labels = await labelsAt('{ ');
    expect(labels.slice(0, 2)).toEqual(['resource.service.name', 'name']);
    expect(labels).toContain('span.http.route');
    expect(labels).toContain('span."two words"');
    expect(new Set(labels).size).toBe(labels.length);
    for (const label of labels) expect(parseQuery(`{ ${label} != nil }`), label).toHaveProperty('query');
  });

  it('has the values of the store as the query writes them', async () => {
    expect(await labelsAt('{ span.http.route = ')).toEqual(['"/any \\"x\\""', '9007199254740993']);
    expect(await labelsAt('{ resource.service.name = "cart" && .http.route =~ ')).toEqual(['"/cart \\"x\\""']);
    expect(await labelsAt('{ resource.service.name = ')).toEqual(['"cart"', '"order"']);
    expect(await labelsAt('{ resource.service.name = "cart" && name = ')).toEqual(['"GET /"']);
    expect(await labelsAt('{ rootName = ')).toEqual(['"GET /"', '"POST /"']);
  });

  it('has the keywords of status, kind and error', async () => {
    expect(await labelsAt('{ status = ')).toEqual(['error', 'ok', 'unset']);
    expect(await labelsAt('{ span:kind = ')).toContain('server');
    expect(await labelsAt('{ span:error = ')).toEqual(['true', 'false']);
  });

  it('has operators behind a field, and relations behind braces', async () => {
    expect(await labelsAt('{ name ')).toContain('=~');
    expect(await labelsAt('{ name = "a" ')).toEqual(['&&', '||', '}']);
    expect(await labelsAt('{ } ')).toContain('>>');
  });
});
