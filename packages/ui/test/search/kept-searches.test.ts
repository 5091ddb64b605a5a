import { expect, it } from 'vitest';

import { queryOfPath, withRecent, withSaved } from '../../src/search/kept-searches.ts';

it('replaces a saved search of the same name and sorts by name', () => {
  const saved = withSaved(withSaved([], { name: 'b', path: '/search' }), { name: 'a', path: '/search' });
  expect(saved.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(withSaved(saved, { name: 'b', path: '/search?q=1' })).toContainEqual({ name: 'b', path: '/search?q=1' });
  expect(withSaved(saved, { name: 'b', path: '/search?q=1' })).toHaveLength(2);
});

it('has each recent search once, the latest first, and not too many', () => {
  let recent: readonly string[] = [];
  for (let index = 0; index < 40; index++) recent = withRecent(recent, `/search?limit=${index}`);
  expect(recent[0]).toBe('/search?limit=39');
  expect(recent.length).toBeLessThan(40);
  expect(withRecent(recent, '/search?limit=38').slice(0, 2)).toEqual(['/search?limit=38', '/search?limit=39']);
  expect(withRecent(recent, '/search?limit=38')).toHaveLength(recent.length);
});

it('shows a search as its query', () => {
  expect(queryOfPath('/search?service=cart')).toBe('{ resource.service.name = "cart" }');
  expect(queryOfPath('/search?q=%7B+status+%3D+error+%7D')).toBe('{ status = error }');
  expect(queryOfPath('/search')).toBe('');
});
