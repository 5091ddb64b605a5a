import { CodedError } from '@throughline/model';

export interface ConfigProblem {
  /** Lower snake case: `unknown_key`, `wrong_type`, `out_of_range`, `unknown_value`, `missing`, `not_a_url`, `no_effect`. */
  readonly code: string;
  /** Where, e.g. `exporters[0].endpoint`; '' is the whole. */
  readonly path: string;
  readonly message: string;
}

/** A configuration that cannot be used: code `invalid_tracing_config` with every problem found, or `config_file_*`. */
export class TracingConfigError extends CodedError {
  readonly problems: readonly ConfigProblem[];

  constructor(code: string, problems: readonly ConfigProblem[]) {
    super(code, problems.map(({ path, message }) => (path === '' ? message : `${path} ${message}`)).join('; '));
    this.name = 'TracingConfigError';
    this.problems = problems;
  }
}

const MAX_COMPARED_LENGTH = 64;

/** The number of edits (insert, delete, replace) between two short words. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** `; did you mean "x"?` for the nearest candidate within a third of its length, else the whole list. */
export function suggestion(word: string, candidates: readonly string[]): string {
  let nearest: string | undefined;
  let least = Infinity;
  const short = word.slice(0, MAX_COMPARED_LENGTH).toLowerCase();
  for (const candidate of candidates) {
    const distance = editDistance(short, candidate.toLowerCase());
    if (distance < least && distance <= Math.max(1, Math.floor(candidate.length / 3))) {
      least = distance;
      nearest = candidate;
    }
  }
  return nearest === undefined ? `; there are ${candidates.join(', ')}` : `; did you mean ${JSON.stringify(nearest)}?`;
}
