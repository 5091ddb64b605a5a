import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseEntities } from '../../src/resource/parse-entities.ts';

/* Examples written from OpenTelemetry's Entity Propagation. */

test.each([
  ['nothing', undefined, {}],
  ['one', 'service{service.name=shop}', { 'service.name': 'shop' }],
  [
    'several, with descriptions and a schema',
    'service{service.name=shop,service.instance.id=i-1}[service.version=1.2]@https://example.com/schemas/1;host{host.id=h}',
    { 'service.name': 'shop', 'service.instance.id': 'i-1', 'service.version': '1.2', 'host.id': 'h' },
  ],
  ['empty ones between', ';a{b=1};;c{d=2};', { b: '1', d: '2' }],
  ['encoded values', 'a{b=x%2Cy}[c=k%3Dv%5B1%5D]', { b: 'x,y', c: 'k=v[1]' }],
  ['an empty value', 'a{b=}', { b: '' }],
  ['blanks around', ' a{ b = 1 , c=2 } ; ', { b: '1', c: '2' }],
])('%s', (_name, text, attributes) => {
  expect(parseEntities(text)).toEqual({ attributes, problems: [] });
});

test.each([
  ['a brace that is not closed', 'a{b=1};x{y', { b: '1' }, /"x\{y" is left out/],
  ['no identifying attribute', 'service{};host{host.id=1}', { 'host.id': '1' }, /no identifying attribute/],
  ['no type', '{a=1};b{c=2}', { c: '2' }, /is left out/],
  ['a key without a value', 'a{b};c{d=2}', { d: '2' }, /key=value/],
  ['bad encoding', 'a{b=%GG};c{d=2}', { d: '2' }, /percent-encoded/],
  ['the same entity twice', 's{n=a}[v=1];s{n=a}[v=2]', { n: 'a', v: '2' }, /type s the last one/],
  ['another identity of a type', 's{n=a}[v=1];s{n=b}', { n: 'b' }, /type s the last one/],
  ['another description', 's{n=a}[v=1];t{m=b}[v=2]', { n: 'a', m: 'b', v: '2' }, /values of v the last one/],
])('%s is told', (_name, text, attributes, problem) => {
  const parsed = parseEntities(text);
  expect(parsed.attributes).toEqual(attributes);
  expect(parsed.problems).toEqual([expect.stringMatching(problem)]);
});

test('what was written is read, and any text is survived', () => {
  const key = fc.stringMatching(/^[a-z][a-z0-9._-]{0,8}$/);
  fc.assert(
    fc.property(key, fc.dictionary(key, fc.string({ unit: 'grapheme' }), { minKeys: 1 }), (type, id) => {
      const pairs = Object.entries(id).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
      expect(parseEntities(`${type}{${pairs.join(',')}}`)).toEqual({ attributes: { ...id }, problems: [] });
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '{', '}', '[', ']', '=', ';', ',', '@', '%', ' ') }), (text) => {
      parseEntities(text);
    }),
  );
});
