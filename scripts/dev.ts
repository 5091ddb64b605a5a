// The product with its web app served by Vite: the server restarts and the page reloads when a source changes.
import { spawn } from 'node:child_process';
import { root } from './run.ts';

const children = [
  spawn('node', ['--watch-path=packages', 'packages/throughline/bin/throughline.js', 'up', ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
  }),
  spawn('npm', ['run', 'dev', '--workspace=packages/ui'], { cwd: root, stdio: 'inherit' }),
];
for (const child of children) {
  child.once('exit', (code) => {
    for (const other of children) other.kill('SIGTERM');
    process.exitCode = code ?? 0;
  });
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    for (const child of children) child.kill(signal);
  });
}
