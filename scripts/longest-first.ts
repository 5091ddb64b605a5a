import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Test files that take ten seconds and more, the longest first: parts of their paths. What is not here is sorted as
 * Vitest does, by the durations of the run before and on a clean checkout by size.
 */
const LONG: readonly string[] = [
  'e2e/instrumented/',
  'store/test/chdb/chdb-contract',
  'e2e/shop/',
  'sdk/test/published/docs',
  'e2e/up',
  'e2e/import-recorded',
  'sdk/test/published/doctor',
  'e2e/browser',
  'sdk/test/published/bundled-apps',
  'sdk/test/published/register',
  'store/test/chdb/rollups',
  'e2e/two-services',
  'e2e/crash',
  'e2e/ui/',
  'throughline/test/cli/client-commands',
  'sdk/test/docs',
  'throughline/test/cli/simulate/',
  'sdk/test/bin/run',
  'analysis/test/root-cause/rank-root-causes',
];

/** Starts the longest files of a project first, so that no worker is left alone with one at the end. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    // Projects stay apart: a worker that takes one file after the other takes those of one project.
    const projects = new Map(sorted.map(({ project }) => [project.name, 0]));
    const order = new Map([...projects.keys()].map((name, index) => [name, index]));
    const rank = (file: TestSpecification): number =>
      (order.get(file.project.name) ?? 0) * (LONG.length + 1) + placeOf(file.moduleId);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}

function placeOf(path: string): number {
  const place = LONG.findIndex((part) => path.includes(part));
  return place < 0 ? LONG.length : place;
}
