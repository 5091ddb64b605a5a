import type { CompletionCommand, CompletionOption, CompletionTree } from './command-tree.ts';

/** A completion script for zsh. */
export function zshCompletion(tree: CompletionTree): string {
  const name = `_${tree.program}`;
  return `#compdef ${tree.program}
# zsh completion of ${tree.program}; use it with: source <(${tree.program} completion zsh)
${name}() {
  local context state state_descr line
  typeset -A opt_args
  _arguments -C ${[...tree.options.map(specOf), "'1:command:->command'", "'*::argument:->argument'"].join(' ')}
  case "$state" in
    command)
      local -a commands=(
${tree.commands.map((command) => `        ${quote(`${command.name}:${command.description}`)}`).join('\n')}
      )
      _describe 'command' commands ;;
    argument)
      case "\${line[1]}" in
${tree.commands.map(commandCase).join('\n')}
      esac ;;
  esac
}
compdef ${name} ${tree.program}
`;
}

function commandCase(command: CompletionCommand): string {
  const argument = command.takesFiles
    ? ["'*:file:_files'"]
    : command.choices.length > 0
      ? [`'1:choice:(${command.choices.join(' ')})'`]
      : ["'*: :'"];
  return `        ${command.name}) _arguments ${[...command.options.map(specOf), ...argument].join(' ')} ;;`;
}

function specOf({ long, short, description, takesValue, choices, takesFile }: CompletionOption): string {
  const flag = long ?? short ?? '';
  const action = takesFile ? '_files' : choices.length > 0 ? `(${choices.join(' ')})` : ' ';
  // Brackets and colons have a meaning in a specification.
  const told = description.replaceAll(/[\\[\]:]/g, String.raw`\$&`);
  return quote(`*${flag}[${told}]${takesValue ? `:value:${action}` : ''}`);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
