const MAX_SPARE = 8;
const spare: AbortController[] = [];

/** An abort controller, one that was given back if there is one: making one is dear on Node.js 20. */
export function takeAborter(): AbortController {
  return spare.pop() ?? new AbortController();
}

/** Nobody aborts it any more, and nobody listens to its signal. */
export function giveAborter(aborter: AbortController): void {
  if (!aborter.signal.aborted && spare.length < MAX_SPARE) spare.push(aborter);
}
