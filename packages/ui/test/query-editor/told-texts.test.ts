import { expect, test } from 'vitest';

import { toldTexts } from '../../src/query-editor/told-texts.ts';

test('what comes back late is no news, whether the page gives back each text or skips some', () => {
  const told = toldTexts();
  for (const text of ['{', '{ ', '{ s', '{ st']) told.tell(text);
  expect(told.isGivenBack('{')).toBe(true);
  expect(told.isGivenBack('{ s')).toBe(true);
  // It was skipped: it can only be the page's own.
  expect(told.isGivenBack('{ ')).toBe(false);
});

test('another text is news, and so is an older one after it', () => {
  const told = toldTexts();
  told.tell('a');
  told.tell('ab');
  expect(told.isGivenBack('{ status = error }')).toBe(false);
  expect(told.isGivenBack('ab')).toBe(false);
});

test('nothing is awaited once both have the same', () => {
  const told = toldTexts();
  told.tell('a');
  told.tell('');
  told.settle();
  expect(told.isGivenBack('a')).toBe(false);
});

test('a page that gives nothing back costs a bounded memory', () => {
  const told = toldTexts();
  for (let n = 0; n <= 100; n++) told.tell(String(n));
  expect(told.isGivenBack('0')).toBe(false);
  for (let n = 0; n < 100; n++) told.tell(String(n));
  expect(told.isGivenBack('0')).toBe(true);
});
