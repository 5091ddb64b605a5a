import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { bashCompletion } from '../../../src/cli/completion/bash.ts';
import { completionTree } from '../../../src/cli/completion/command-tree.ts';
import { fishCompletion } from '../../../src/cli/completion/fish.ts';
import { zshCompletion } from '../../../src/cli/completion/zsh.ts';
import { createProgram } from '../../../src/cli/run-cli.ts';
import { recordingTerminal } from '../recording-terminal.ts';

const tree = completionTree(
  createProgram({ terminal: recordingTerminal(), nowUnixNano: () => 0n, finish: () => undefined }),
);

/** What bash offers for the words so far, the last one unfinished. */
function offered(...words: string[]): string[] {
  const script = `${bashCompletion(tree)}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _throughline; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const output = execFileSync('bash', ['-c', script, 'bash', 'throughline', ...words], {
    encoding: 'utf8',
    cwd: import.meta.dirname,
  });
  return output.split('\n').filter((line) => line !== '');
}

describe('completion', () => {
  test('knows every command with its options', () => {
    expect(tree.commands.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['up', 'services', 'search', 'trace', 'import', 'export', 'run', 'version', 'completion']),
    );
    const search = tree.commands.find(({ name }) => name === 'search');
    expect(search?.options.find(({ long }) => long === '--order')).toMatchObject({
      takesValue: true,
      choices: ['newest', 'longest'],
    });
  });

  test('bash offers commands, options, choices and files', () => {
    expect(offered('se').toSorted()).toEqual(['search', 'services']);
    expect(offered('search', '--ord')).toEqual(['--order']);
    expect(offered('search', '--order', '')).toEqual(['newest', 'longest']);
    expect(offered('completion', 'f')).toEqual(['fish']);
    expect(offered('import', 'compl')).toEqual(['completion.test.ts']);
    expect(offered('search', '--service', '')).toEqual([]);
  });

  test('zsh and fish scripts name every command and option', () => {
    const [zsh, fish] = [zshCompletion(tree), fishCompletion(tree)];
    for (const { name, options } of tree.commands) {
      expect(zsh).toContain(`'${name}:`);
      expect(fish).toContain(`-a ${name} `);
      for (const { long } of options) {
        if (long === undefined) continue;
        expect(zsh).toContain(`*${long}[`);
        expect(fish).toContain(`-l ${long.slice(2)} `);
      }
    }
  });
});
