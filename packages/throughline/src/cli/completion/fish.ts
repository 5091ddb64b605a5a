import type { CompletionCommand, CompletionOption, CompletionTree } from './command-tree.ts';

/** A completion script for fish. */
export function fishCompletion(tree: CompletionTree): string {
  const { program } = tree;
  const lines = [
    `# fish completion of ${program}; use it with: ${program} completion fish | source`,
    `complete -c ${program} -f`,
    ...tree.options.map((option) => `complete -c ${program} -n __fish_use_subcommand ${optionOf(option)}`),
    ...tree.commands.flatMap((command) => commandLines(program, command)),
  ];
  return `${lines.join('\n')}\n`;
}

function commandLines(program: string, command: CompletionCommand): string[] {
  const seen = `complete -c ${program} -n '__fish_seen_subcommand_from ${command.name}'`;
  return [
    `complete -c ${program} -n __fish_use_subcommand -a ${command.name} -d ${quote(command.description)}`,
    ...(command.takesFiles ? [`${seen} -F`] : []),
    ...(command.choices.length === 0 ? [] : [`${seen} -a ${quote(command.choices.join(' '))}`]),
    ...command.options.map((option) => `${seen} ${optionOf(option)}`),
  ];
}

function optionOf({ long, short, description, takesValue, choices, takesFile }: CompletionOption): string {
  const parts: string[] = [];
  if (long !== undefined) parts.push(`-l ${long.slice(2)}`);
  if (short !== undefined) parts.push(`-s ${short.slice(1)}`);
  parts.push(`-d ${quote(description)}`);
  if (takesFile) parts.push('-r -F');
  else if (choices.length > 0) parts.push(`-x -a ${quote(choices.join(' '))}`);
  else if (takesValue) parts.push('-x');
  return parts.join(' ');
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', String.raw`\\`).replaceAll("'", String.raw`\'`)}'`;
}
