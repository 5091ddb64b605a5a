// The tests. Arguments go to Vitest: `npm test -- packages/wire`, `npm test -- --watch`.
import { findChromium, installChromium } from './chromium.ts';
import { run } from './run.ts';

if (findChromium() === undefined && process.env['CI'] === 'true') {
  console.log("Browser tests: installing Debian's Chromium (CI=true).");
  if (!installChromium()) {
    console.error('Browser tests: Chromium could not be installed.');
    process.exit(1);
  }
}
const chromium = findChromium();
if (chromium === undefined) {
  console.warn(
    'Browser tests are skipped: no Chromium found. Install one (Debian: "apt-get install chromium") ' +
      'or set THROUGHLINE_CHROMIUM to its path.',
  );
}
process.exitCode = await run('vitest', ['run', ...process.argv.slice(2)], {
  ...process.env,
  UV_THREADPOOL_SIZE: process.env['UV_THREADPOOL_SIZE'] ?? '16',
  ...(chromium === undefined ? {} : { THROUGHLINE_CHROMIUM: chromium }),
});
