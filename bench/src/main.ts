// npm run bench                 lists the benchmarks and runs the quick ones
// npm run bench -- NAME ...     runs these
// npm run bench -- --json NAME  prints JSON only
import { mkdirSync, writeFileSync } from 'node:fs';
import { analysis } from './analysis.ts';
import { describeMachine, type Benchmark, type Figure } from './bench.ts';
import { decode } from './decode.ts';
import { ingest } from './ingest.ts';
import { loadGenerator } from './load.ts';
import { queries } from './queries.ts';
import { simulate } from './simulate.ts';
import { rootCause } from './root-cause.ts';
import { sdkHttp } from './sdk-http/sdk-http.ts';
import { sdkSoak } from './sdk-soak/sdk-soak.ts';
import { sdkMonitor } from './sdk/sdk-monitor.ts';
import { sdk } from './sdk/sdk.ts';
import { startup } from './startup.ts';
import { ui } from './ui/ui.ts';

const benchmarks: readonly Benchmark[] = [
  simulate,
  loadGenerator,

  decode,
  startup,
  ingest,
  queries(1_000_000),
  queries(10_000_000),
  analysis,
  sdk,
  sdkMonitor,
  sdkHttp,
  sdkSoak,
  rootCause,
  ui,
];

const args = process.argv.slice(2);
const json = args.includes('--json');
const names = args.filter((arg) => !arg.startsWith('--'));
const unknown = names.filter((name) => !benchmarks.some((benchmark) => benchmark.name === name));
if (unknown.length > 0) {
  console.error(
    `No such benchmark: ${unknown.join(', ')}. There are ${benchmarks.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(2);
}
const log = (line: string): void => {
  if (!json) console.log(line);
};
if (names.length === 0) {
  log('Benchmarks (npm run bench -- NAME ...):');
  for (const { name, what, quick } of benchmarks) log(`  ${name.padEnd(14)} ${what}${quick ? ' (quick)' : ''}`);
}

function rounded(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}

const results: { readonly name: string; readonly figures: readonly Figure[] }[] = [];
for (const benchmark of benchmarks) {
  if (names.length === 0 ? !benchmark.quick : !names.includes(benchmark.name)) continue;
  log(`\n${benchmark.name}: ${benchmark.what}`);
  const figures = await benchmark.run(log);
  results.push({ name: benchmark.name, figures });
  const width = Math.max(52, ...figures.map(({ name }) => name.length));
  for (const { name, value, unit, budget, met, range } of figures) {
    const spread = range === undefined ? '' : ` (${range.map(rounded).join(' to ')})`;
    const verdict = met === undefined ? '' : met ? ' met' : ' MISSED';
    log(
      `  ${name.padEnd(width)} ${rounded(value).padStart(12)} ${unit.padEnd(14)} ${(budget ?? '') + verdict}${spread}`.trimEnd(),
    );
  }
}
const report = JSON.stringify({ machine: describeMachine(), date: new Date().toISOString(), results }, null, 2);
if (json) console.log(report);
const folder = new URL('../results/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('latest.json', folder), `${report}\n`);
