import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface DocsExample {
  /** `docs/sdk-start.md:12`, the line of its fence. */
  readonly place: string;
  readonly code: string;
  readonly isRun: boolean;
}

/**
 * The blocks of TypeScript in the SDK's documentation. A fence `ts` is run and checked, `ts not-run` is only checked:
 * programs that wait for someone, or need what is not here.
 */
export function docsExamples(): readonly DocsExample[] {
  const pages = readdirSync(`${ROOT}docs`).filter((name) => /^sdk-.*\.md$/.test(name));
  return ['packages/sdk/README.md', ...pages.map((name) => `docs/${name}`)].flatMap(examplesOf);
}

function examplesOf(page: string): DocsExample[] {
  const text = readFileSync(`${ROOT}${page}`, 'utf8');
  const examples: DocsExample[] = [];
  for (const match of text.matchAll(/^```ts( not-run)?\n(.*?)^```$/gms)) {
    const line = text.slice(0, match.index).split('\n').length;
    examples.push({ place: `${page}:${line}`, code: match[2] ?? '', isRun: match[1] === undefined });
  }
  return examples;
}
