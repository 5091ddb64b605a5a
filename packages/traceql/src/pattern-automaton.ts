import type { CodePointTest } from './pattern-classes.ts';
import type { TextTest } from './pattern-matcher.ts';

/** A step of a compiled pattern without assertions; it goes on at an index, -1 is the end of the pattern. */
export type AutomatonStep =
  | { readonly kind: 'character'; readonly test: CodePointTest; readonly next: number }
  | { readonly kind: 'branch'; readonly targets: readonly number[] };

/** All places in the pattern that the text so far may have led to. */
interface State {
  /** Character steps, ascending. */
  readonly waiting: readonly number[];
  readonly isEnd: boolean;
  /** Where ASCII characters lead, as far as they were met. */
  readonly ascii: (State | undefined)[];
}

/** A pattern can have exponentially many states; when this many are known, they are forgotten and found anew. */
const MAX_STATES = 1_000;
const ASCII_SIZE = 128;

/** A test that finds the states of the pattern's deterministic automaton as texts lead to them, and keeps them. */
export function automatonTest(steps: readonly AutomatonStep[], start: number): TextTest {
  const states = new Map<string, State>();
  let first: State | undefined;

  function stateOf(places: readonly number[]): State {
    const { waiting, isEnd } = closure(steps, places);
    const key = `${waiting.join()}${isEnd ? '.' : ''}`;
    const known = states.get(key);
    if (known !== undefined) return known;
    if (states.size >= MAX_STATES) {
      // The first state's links hold on to all others.
      states.clear();
      first = undefined;
    }
    const state: State = { waiting, isEnd, ascii: Array.from({ length: ASCII_SIZE }) };
    states.set(key, state);
    return state;
  }

  function follow(state: State, codePoint: number): State {
    const places: number[] = [];
    for (const index of state.waiting) {
      const step = steps[index];
      if (step?.kind === 'character' && step.test(codePoint)) places.push(step.next);
    }
    return stateOf(places);
  }

  return (text) => {
    first ??= stateOf([start]);
    let state = first;
    for (let offset = 0; offset < text.length; offset++) {
      const codePoint = text.codePointAt(offset) ?? 0;
      let next = codePoint < ASCII_SIZE ? state.ascii[codePoint] : undefined;
      if (next === undefined) {
        next = follow(state, codePoint);
        if (codePoint < ASCII_SIZE) state.ascii[codePoint] = next;
      }
      if (next.waiting.length === 0 && !next.isEnd) return false;
      if (codePoint > 0xffff) offset++;
      state = next;
    }
    return state.isEnd;
  };
}

/** What is reached from the places without taking a character. */
function closure(
  steps: readonly AutomatonStep[],
  places: readonly number[],
): { readonly waiting: readonly number[]; readonly isEnd: boolean } {
  const seen = new Set<number>();
  const waiting: number[] = [];
  let isEnd = false;
  const pending = [...places];
  for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
    if (seen.has(index)) continue;
    seen.add(index);
    const step = steps[index];
    if (step === undefined) isEnd = true;
    else if (step.kind === 'character') waiting.push(index);
    else for (const target of step.targets) pending.push(target);
  }
  return { waiting: waiting.toSorted((left, right) => left - right), isEnd };
}
