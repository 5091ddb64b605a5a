// Everything that can be said about the tree without running it. `npm run check -- NAME` runs one of the steps.
import { run } from './run.ts';

const steps: Readonly<Record<string, readonly [string, ...string[]]>> = {
  format: ['oxfmt', '--check'],
  types: ['tsc', '-b'],
  lint: ['oxlint', '--deny-warnings'],
  tiers: ['node', 'scripts/check-tiers.ts'],
  unused: ['knip'],
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in steps));
if (unknown.length > 0) {
  console.error(`No such step: ${unknown.join(', ')}. The steps are ${Object.keys(steps).join(', ')}.`);
  process.exit(2);
}

const failed: string[] = [];
for (const [name, [command, ...args]] of Object.entries(steps)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  console.log(`check ${name}: ${[command, ...args].join(' ')}`);
  if ((await run(command, args)) !== 0) failed.push(name);
}
if (failed.length > 0) {
  console.error(`check failed: ${failed.join(', ')}`);
  process.exit(1);
}
console.log('check passed');
