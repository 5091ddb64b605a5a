import { describe, expect, it } from 'vitest';

import { groupAttributes } from '../../../src/trace/details/attribute-groups.ts';
import { attributeSearch } from '../../../src/trace/details/attribute-search.ts';
import { shapeOf, webAddressIn } from '../../../src/trace/details/value-shape.ts';

describe('groups', () => {
  const attributes = new Map<string, string>([
    ['http.route', '/x'],
    ['db.system', 'pg'],
    ['http.method', 'GET'],
    ['plain', 'y'],
    ['server.port', '80'],
    ['.odd', 'z'],
  ]);
  const shape = (filter?: string) =>
    groupAttributes(attributes, filter).map(({ namespace, rows }) => [namespace, rows.map(({ key }) => key)]);

  it('are namespaces with several attributes, by name; the rest comes last', () => {
    expect(shape()).toEqual([
      ['http', ['http.method', 'http.route']],
      ['', ['.odd', 'db.system', 'plain', 'server.port']],
    ]);
  });

  it('hold what the filter finds in key or value', () => {
    expect(shape(' GET ')).toEqual([['', ['http.method']]]);
    expect(shape('HTTP')).toEqual([['http', ['http.method', 'http.route']]]);
    expect(shape('nothing')).toEqual([]);
  });
});

describe('a search for a value', () => {
  const parametersOf = (path: string | undefined) => Object.fromEntries(new URL(path ?? '', 'http://x').searchParams);

  it('is a tag where the form can say it', () => {
    expect(parametersOf(attributeSearch('span', 'http.route', '/a=b&c'))).toEqual({
      tags: 'http.route=/a=b&c',
      since: 'all',
    });
    expect(parametersOf(attributeSearch('resource', 'n', 5n))).toEqual({ tags: 'n=5', since: 'all' });
  });

  it('is a query for other places and for values with blanks around them', () => {
    expect(parametersOf(attributeSearch('event', 'exception.type', 'A'))['q']).toBe('{ event.exception.type = "A" }');
    expect(parametersOf(attributeSearch('span', 'k', ' x"}'))['q']).toBe('{ span.k = " x\\"}" }');
  });

  it('is not offered for what a search cannot ask', () => {
    expect(attributeSearch('span', 'k', ['a'])).toBeUndefined();
    expect(attributeSearch('span', 'k', 'x'.repeat(301))).toBeUndefined();
  });
});

describe('shapes of values', () => {
  it('come from key and content', () => {
    expect(shapeOf('db.query.text', 'SELECT a, b, c FROM t WHERE id = 1')).toMatchObject({ language: 'SQL' });
    expect(shapeOf('note', 'SELECT a, b, c FROM t WHERE id = 1').kind).toBe('plain');
    expect(shapeOf('body', '{"a":[1,2,3],"b":"some text"}')).toMatchObject({ language: 'JSON' });
    expect(shapeOf('map', new Map([['a', 1n]]))).toMatchObject({ language: 'JSON' });
    expect(shapeOf('list', ['a', 'b']).kind).toBe('plain');
    expect(shapeOf('bytes', new Uint8Array([1, 2])).kind).toBe('plain');
    expect(shapeOf('exception.stacktrace', 'Error: x\n    at f (/a/b.js:1:2)').kind).toBe('stack');
    expect(shapeOf('exception.stacktrace', 'nothing that is known here').kind).toBe('plain');
  });

  it('only web addresses are links', () => {
    expect(webAddressIn('https://example.com/a?b=1')).toBe('https://example.com/a?b=1');
    for (const text of [
      'javascript:alert(1)',
      ' https://a.b',
      'JAVASCRIPT://https://x%0aalert(1)',
      'data:text/html,x',
      'https://',
      'see https://a.b',
      'https://a b',
      'http:alert(1)',
    ]) {
      expect(webAddressIn(text), text).toBeUndefined();
    }
  });
});
