// Builds what is published: the packages' JavaScript and declarations, and the web app.
import { run } from './run.ts';

const steps: readonly (readonly [string, ...string[]])[] = [
  ['tsc', '-b'],
  ['npm', 'run', 'build', '--workspace=packages/sdk'],
  ['npm', 'run', 'build', '--workspace=packages/ui'],
];
for (const [command, ...args] of steps) {
  const code = await run(command, args);
  if (code !== 0) process.exit(code);
}
