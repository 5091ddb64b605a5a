import { Command } from 'commander';
import { VERSION } from '../version.ts';
import type { CommandContext } from './command-context.ts';

/** `throughline 0.1.0 (node v24.1.0, linux x64)` */
export function versionText(): string {
  return `throughline ${VERSION} (node ${process.version}, ${process.platform} ${process.arch})`;
}

/** `throughline version`. */
export function versionCommand({ terminal }: CommandContext): Command {
  return new Command('version')
    .description('print the version of this program and of its Node.js')
    .option('--json', 'as JSON')
    .action(({ json }: { readonly json?: true }) => {
      const facts = { version: VERSION, node: process.version, platform: process.platform, arch: process.arch };
      terminal.out(`${json ? JSON.stringify(facts) : versionText()}\n`);
    });
}
