import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findApplication } from '../../src/register/application.ts';
import { temporaryApp } from '../../testing/temporary-app.ts';

test('an application is the nearest package with a name above its script', () => {
  using app = temporaryApp({
    'package.json': { name: 'shop', version: '1.0.0', dependencies: { pg: '8' } },
    'dist/package.json': { type: 'module' },
    'dist/server.js': '',
  });
  const found = findApplication(app.path('dist/server.js'), '/');
  expect(found.folder).toBe(app.folder);
  expect(found.manifest?.dependencies).toEqual(new Map([['pg', '8']]));
  expect(findApplication('dist/server.js', app.folder)).toEqual(found);
});

test('an installed script belongs to whoever installed it', () => {
  using app = temporaryApp({
    'package.json': { name: 'shop' },
    'node_modules/next/package.json': { name: 'next' },
    'node_modules/next/dist/bin/next': '',
  });
  expect(findApplication(app.path('node_modules/next/dist/bin/next'), '/').folder).toBe(app.folder);
});

test('without a script, or a package.json above it, the working directory decides', () => {
  using app = temporaryApp({ 'package.json': { name: 'shop' }, 'src/x.ts': '' });
  using bare = temporaryApp({ 'a.js': '' });
  expect(findApplication(undefined, app.path('src')).folder).toBe(app.folder);
  expect(findApplication(bare.path('a.js'), app.folder).folder).toBe(app.folder);
  expect(findApplication(bare.path('a.js'), bare.folder)).toEqual({ folder: bare.folder, manifest: undefined });
});

test('a package.json that cannot be read counts as absent', () => {
  using app = temporaryApp({ 'package.json': { name: 'shop' }, 'broken/package.json': '{', 'list/package.json': '[]' });
  expect(findApplication(join(app.folder, 'broken', 'a.js'), '/').folder).toBe(app.folder);
  expect(findApplication(join(app.folder, 'list', 'a.js'), '/').folder).toBe(app.folder);
});
