import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode20 } from '../../../scripts/node-20.ts';

/** A release of Node to measure on, with the folders whose node_modules have what ours is compared with there. */
export interface NodeRelease {
  /** `Node 24` */
  readonly label: string;
  readonly executable: string;
  /** The newest official SDK that supports this release. */
  readonly officialPeers: string;
  /** The same of dd-trace; undefined: it is not installed. */
  readonly datadogPeers: string | undefined;
}

const bench: string = fileURLToPath(new URL('../../', import.meta.url));

/** This Node, and Node 20 where there is one. Installs what is missing, and says so where it cannot. */
export function nodeReleases(log: (line: string) => void): readonly NodeRelease[] {
  const releases: NodeRelease[] = [
    {
      label: `Node ${process.versions.node.split('.', 1)[0]}`,
      executable: process.execPath,
      officialPeers: bench,
      datadogPeers: installed('dd-trace', log),
    },
  ];
  const node20 = findNode20();
  if (node20 === undefined) {
    log('SKIPPED: Node 20. "npm ci" installs it, or set THROUGHLINE_NODE_20 to its executable.');
    return releases;
  }
  const peers = installed('node-20', log);
  if (peers !== undefined) {
    releases.push({ label: 'Node 20', executable: node20, officialPeers: peers, datadogPeers: peers });
  }
  return releases;
}

/** `bench/peers/NAME`, with its dependencies; undefined, and a line in the log, where they cannot be installed. */
function installed(name: string, log: (line: string) => void): string | undefined {
  const folder = join(bench, 'peers', name);
  if (existsSync(join(folder, 'node_modules', '.package-lock.json'))) return folder;
  // Its native parts are for profiling, security and metrics of the process, all of which are off.
  const install = ['ci', '--prefix', folder, '--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund'];
  log(`installing what to compare with: npm ${install.join(' ')}`);
  try {
    execFileSync('npm', install, { stdio: ['ignore', 'ignore', 'pipe'], timeout: 300_000 });
    return folder;
  } catch (error) {
    log(`SKIPPED: everything in bench/peers/${name}. It could not be installed; the command is above.`);
    log(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}
