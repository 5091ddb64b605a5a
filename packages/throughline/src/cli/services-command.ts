import { Command } from 'commander';
import { addClientOptions, type ClientOptions, serverOf } from './client/client-options.ts';
import { addWindowOptions, windowOf, type WindowOptions, windowParameters } from './client/time-options.ts';
import type { CommandContext } from './command-context.ts';

const EXAMPLES = `
Examples:
  $ throughline services                    every service that has stored spans
  $ throughline services --since 1h --json  of the last hour, as a JSON array`;

type Options = ClientOptions & WindowOptions & { readonly json?: true };

/** `throughline services`. */
export function servicesCommand({ terminal, nowUnixNano }: CommandContext): Command {
  const command = new Command('services').description('list the services');
  return addClientOptions(addWindowOptions(command))
    .option('--json', 'as a JSON array')
    .addHelpText('after', EXAMPLES)
    .action(async (options: Options) => {
      const server = serverOf(options);
      const window = windowParameters(windowOf(options, nowUnixNano()));
      const [{ connect }, { printNames }] = await Promise.all([
        import('./client/connect.ts'),
        import('./terminal/print-names.ts'),
      ]);
      const names = await connect(server).services(window);
      printNames(terminal, names, { json: options.json === true, areServices: true, what: 'services' });
    });
}
