import type { Command } from 'commander';

/** What a shell can complete, read off the program itself. */
export interface CompletionTree {
  readonly program: string;
  readonly commands: readonly CompletionCommand[];
  readonly options: readonly CompletionOption[];
}

export interface CompletionCommand {
  readonly name: string;
  readonly description: string;
  readonly options: readonly CompletionOption[];
  /** Whether its arguments are files. */
  readonly takesFiles: boolean;
  /** What its first argument can be, if that is known. */
  readonly choices: readonly string[];
}

export interface CompletionOption {
  /** `--limit`; `-V`. */
  readonly long: string | undefined;
  readonly short: string | undefined;
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
  readonly takesFile: boolean;
}

/** Names of arguments and option values that are files. */
const FILE_NAMES = /<(?:file|dir|source)/;

export function completionTree(program: Command): CompletionTree {
  const helper = program.createHelp();
  const optionsOf = (command: Command): CompletionOption[] =>
    helper.visibleOptions(command).map((option) => ({
      long: option.long ?? undefined,
      short: option.short ?? undefined,
      description: option.description,
      takesValue: option.required || option.optional,
      choices: option.argChoices ?? [],
      takesFile: FILE_NAMES.test(option.flags),
    }));
  return {
    program: program.name(),
    options: optionsOf(program),
    commands: helper.visibleCommands(program).map((command) => {
      const [argument] = command.registeredArguments;
      return {
        name: command.name(),
        description: command.description(),
        options: optionsOf(command),
        takesFiles: argument !== undefined && FILE_NAMES.test(`<${argument.name()}`),
        choices: argument?.argChoices ?? [],
      };
    }),
  };
}
