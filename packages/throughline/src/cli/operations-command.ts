import { Command } from 'commander';
import { addClientOptions, type ClientOptions, serverOf } from './client/client-options.ts';
import { addWindowOptions, windowOf, type WindowOptions, windowParameters } from './client/time-options.ts';
import type { CommandContext } from './command-context.ts';
import { EXIT_FAILURE } from './exit-codes.ts';

const EXAMPLES = `
Examples:
  $ throughline operations checkout              every operation of the service
  $ throughline operations checkout --since 15m  those of the last 15 minutes`;

type Options = ClientOptions & WindowOptions & { readonly json?: true };

/** `throughline operations SERVICE`. A service without operations is not found. */
export function operationsCommand({ terminal, nowUnixNano, finish }: CommandContext): Command {
  const command = new Command('operations')
    .description('list the operations of a service')
    .argument('<service>', 'name of the service, as "services" lists it');
  return addClientOptions(addWindowOptions(command))
    .option('--json', 'as a JSON array')
    .addHelpText('after', EXAMPLES)
    .action(async (service: string, options: Options) => {
      const server = serverOf(options);
      const window = windowParameters(windowOf(options, nowUnixNano()));
      const [{ connect }, { printNames }] = await Promise.all([
        import('./client/connect.ts'),
        import('./terminal/print-names.ts'),
      ]);
      const names = await connect(server).operations(service, window);
      printNames(terminal, names, {
        json: options.json === true,
        areServices: false,
        what: `operations of ${service}`,
      });
      if (names.length === 0) finish(EXIT_FAILURE);
    });
}
