import type { CompletionCommand, CompletionOption, CompletionTree } from './command-tree.ts';

/** A completion script for bash 4 or newer. */
export function bashCompletion(tree: CompletionTree): string {
  const name = `_${tree.program}`;
  const commands = tree.commands.map((command) => command.name).join(' ');
  return `# bash completion of ${tree.program}; use it with: source <(${tree.program} completion bash)
${name}() {
  local word="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="" i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in
      -*) ;;
      *) command="\${COMP_WORDS[i]}"; break ;;
    esac
  done
  COMPREPLY=()
  case "$command" in
    "") COMPREPLY=($(compgen -W "${commands} ${optionNames(tree.options)}" -- "$word")) ;;
${tree.commands.map(commandCase).join('\n')}
  esac
}
complete -o bashdefault -F ${name} ${tree.program}
`;
}

function commandCase(command: CompletionCommand): string {
  const values = command.options.filter(({ takesValue }) => takesValue);
  const cases = values.map((option) => `        ${option.long ?? option.short ?? ''}) ${valueReply(option)} ;;`);
  const words = [optionNames(command.options), ...command.choices].join(' ');
  const files = command.takesFiles
    ? `\n          [[ "$word" == -* ]] || COMPREPLY+=($(compgen -f -- "$word"))\n         `
    : '';
  return `    ${command.name})
      case "$previous" in
${cases.join('\n')}${cases.length === 0 ? '' : '\n'}        *) COMPREPLY=($(compgen -W "${words}" -- "$word"))${files === '' ? '' : files} ;;
      esac ;;`;
}

function valueReply({ choices, takesFile }: CompletionOption): string {
  if (takesFile) return 'COMPREPLY=($(compgen -f -- "$word"))';
  return choices.length === 0 ? 'COMPREPLY=()' : `COMPREPLY=($(compgen -W "${choices.join(' ')}" -- "$word"))`;
}

function optionNames(options: readonly CompletionOption[]): string {
  return options
    .flatMap(({ long, short }) => [long, short])
    .filter((flag) => flag !== undefined)
    .join(' ');
}
