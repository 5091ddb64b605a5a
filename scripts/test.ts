// The tests. Arguments go to Vitest: `npm test -- packages/wire`, `npm test -- --watch`.
import { findTestBrowser, installTestBrowser, lacksTestBrowser } from './chromium.ts';
import { run } from './run.ts';
import { installCommand, installServers, missingServers } from './servers.ts';
import { buildWebAppIfStale } from './web-app-build.ts';

const installs = process.env['CI'] === 'true';

if (installs && lacksTestBrowser()) {
  console.log("Browser tests: installing Debian's headless Chromium (CI=true).");
  if (!installTestBrowser()) {
    console.error('Browser tests: Chromium could not be installed.');
    process.exit(1);
  }
}
const chromium = findTestBrowser();
if (chromium === undefined) {
  console.warn(
    'Browser tests are skipped: no Chromium found. Install one (Debian: "apt-get install chromium-headless-shell") ' +
      'or set THROUGHLINE_CHROMIUM to its path.',
  );
}
if (missingServers().length > 0 && installs) {
  console.log(`Tests with real servers: installing Debian's ${missingServers().join(', ')} (CI=true).`);
  if (!installServers(missingServers())) console.error('Tests with real servers: they could not be installed.');
}
const missing = missingServers();
if (missing.length > 0) {
  console.warn(
    `Tests with ${missing.join(', ')} are skipped: not installed. Install them (Debian: "${installCommand(missing)}").`,
  );
}
const paths = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
if (chromium !== undefined && (paths.length === 0 || paths.some((path) => path.includes('e2e')))) {
  const code = await buildWebAppIfStale();
  if (code !== 0) process.exit(code);
}
process.exitCode = await run('vitest', ['run', ...process.argv.slice(2)], {
  ...process.env,
  UV_THREADPOOL_SIZE: process.env['UV_THREADPOOL_SIZE'] ?? '16',
  ...(chromium === undefined ? {} : { THROUGHLINE_CHROMIUM: chromium }),
});
