import { Argument, Command } from 'commander';
import type { CompletionTree } from './completion/command-tree.ts';
import type { CommandContext } from './command-context.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

const EXAMPLES = `
Examples:
  $ source <(throughline completion bash)      in ~/.bashrc
  $ source <(throughline completion zsh)       in ~/.zshrc, behind compinit
  $ throughline completion fish > ~/.config/fish/completions/throughline.fish`;

/** `throughline completion SHELL`: a script made from the commands and options that `program` has. */
export function completionCommand({ terminal }: CommandContext, program: Command): Command {
  return new Command('completion')
    .description('print a completion script for a shell')
    .addArgument(new Argument('<shell>', 'which one').choices(SHELLS))
    .addHelpText('after', EXAMPLES)
    .action(async (shell: (typeof SHELLS)[number]) => {
      const { completionTree } = await import('./completion/command-tree.ts');
      const tree = completionTree(program);
      terminal.out(await scriptFor(shell, tree));
    });
}

async function scriptFor(shell: (typeof SHELLS)[number], tree: CompletionTree): Promise<string> {
  switch (shell) {
    case 'bash':
      return (await import('./completion/bash.ts')).bashCompletion(tree);
    case 'zsh':
      return (await import('./completion/zsh.ts')).zshCompletion(tree);
    case 'fish':
      return (await import('./completion/fish.ts')).fishCompletion(tree);
  }
}
