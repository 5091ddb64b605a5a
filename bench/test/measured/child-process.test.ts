import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startChild } from '../../src/measured/child-process.ts';

interface EchoCalls {
  echo(text: string): string;
  fail(): void;
  leave(): void;
}

let folder = '';
let program = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-child-'));
  program = join(folder, 'echo.ts');
  const answerCalls = new URL('../../src/measured/answer-calls.ts', import.meta.url).href;
  writeFileSync(
    program,
    `import { answerCalls } from '${answerCalls}';
     answerCalls({
       echo: (text) => text.toUpperCase(),
       fail: () => { throw new Error('it did not work'); },
       leave: () => process.exit(3),
     });`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('calls are answered, failures are those of the child, and a child that ends answers no more', async () => {
  await using child = startChild<EchoCalls>(program);
  const echoes = await Promise.all([child.call('echo', 'one'), child.call('echo', 'two')]);
  expect(echoes).toEqual(['ONE', 'TWO']);
  await expect(child.call('fail')).rejects.toThrow('it did not work');
  expect(await child.call('echo', 'still there')).toBe('STILL THERE');
  await expect(child.call('leave')).rejects.toThrow('ended (3)');
  await expect(child.call('echo', 'nobody')).rejects.toThrow('ended (3)');
});
