import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase, type TracedDatabase } from '../src/database/traced-database.ts';
import { INVENTORY_TABLES } from '../src/inventory/inventory.ts';
import { release, reserve } from '../src/inventory/reserve.ts';

let database: TracedDatabase;

beforeEach(async () => {
  database = await openDatabase('inventory', INVENTORY_TABLES);
  await database.query('stock', "INSERT INTO stock (article, available) VALUES ('tea', 5), ('cup', 2), ('tray', 1)");
});
afterEach(() => database.close());

async function stock(): Promise<Readonly<Record<string, unknown>>> {
  const rows = await database.query('stock', 'SELECT article, available FROM stock');
  return Object.fromEntries(rows.map(({ article, available }) => [String(article), available]));
}

test('an order takes what it needs, also in several lines of one article', async () => {
  const lines = [
    { article: 'tea', count: 2 },
    { article: 'cup', count: 2 },
    { article: 'tea', count: 3 },
  ];
  expect(await reserve(database, 'a', lines)).toEqual([]);
  expect(await stock()).toEqual({ tea: 0, cup: 0, tray: 1 });
});

test('a repeated request takes nothing more, and releasing twice gives nothing more', async () => {
  const lines = [{ article: 'tea', count: 2 }];
  await reserve(database, 'a', lines);
  expect(await reserve(database, 'a', lines)).toEqual([]);
  expect(await stock()).toMatchObject({ tea: 3 });
  await release(database, 'a');
  await release(database, 'a');
  expect(await stock()).toEqual({ tea: 5, cup: 2, tray: 1 });
});

test('what is not all there is not taken at all, and what others hold stays theirs', async () => {
  await reserve(database, 'a', [{ article: 'cup', count: 1 }]);
  const lines = [
    { article: 'tea', count: 1 },
    { article: 'cup', count: 2 },
    { article: 'tray', count: 2 },
  ];
  expect(await reserve(database, 'b', lines)).toEqual(['cup', 'tray']);
  expect(await stock()).toEqual({ tea: 5, cup: 1, tray: 1 });
  expect(await reserve(database, 'b', [{ article: 'cup', count: 1 }])).toEqual([]);
});
