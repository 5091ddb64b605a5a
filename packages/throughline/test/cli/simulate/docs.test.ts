import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runCli } from '../../../src/cli/run-cli.ts';
import { recordingTerminal } from '../recording-terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'throughline-docs-'));
afterAll(() => rmSync(folder, { recursive: true }));

const text = readFileSync(new URL('../../../../../docs/simulator.md', import.meta.url), 'utf8');

function blocks(language: string): readonly string[] {
  return [...text.matchAll(/```(\w+)\n([\s\S]*?)```/g)].flatMap(([, of, body = '']) => (of === language ? [body] : []));
}

const commands = blocks('sh').flatMap((block) =>
  block.split('\n').filter((line) => line.startsWith('npx throughline ')),
);
/** Those that need a server, go on in real time or make a million spans. */
const isHeavy = (command: string): boolean => /http:|--real-time|throughline demo|batch-1m/.test(command);

/** As a shell takes it apart, with the files in a folder of the test. */
function argumentsOf(command: string): readonly string[] {
  const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  return words
    .slice(2)
    .map((word) => (/\.(?:ya?ml|jsonl\.gz)$/.test(word) ? join(folder, word.replace(/^\.\//, '')) : word));
}

async function run(args: readonly string[]): Promise<{ code: number; text: { out: string; err: string } }> {
  const terminal = recordingTerminal();
  return { code: await runCli(args, terminal), text: terminal.text };
}

test('the commands of docs/simulator.md that need no server work, in their order', async () => {
  const light = commands.filter((command) => !isHeavy(command));
  expect(light.length).toBeGreaterThan(5);
  for (const command of light) {
    const { code, text: told } = await run(argumentsOf(command));
    expect({ command, code, err: told.err }).toEqual({ command, code: 0, err: '' });
  }
});

test('the options of the others are there', async () => {
  for (const command of commands.filter(isHeavy)) {
    const [name = '', ...args] = argumentsOf(command);
    const { text: help } = await run([name, '--help']);
    for (const option of args.filter((word) => word.startsWith('--')))
      expect(help.out, command).toContain(`${option} `);
  }
});

test('the scenario of docs/simulator.md can be simulated', async () => {
  const [scenario = ''] = blocks('yaml');
  const path = join(folder, 'example.yaml');
  writeFileSync(path, scenario);
  const { code, text: told } = await run(['simulate', path, '--json']);
  expect(code, told.err).toBe(0);
  expect(JSON.parse(told.out)).toMatchObject({ scenario: 'small' });
});
