import type { OperationChangeAnswer } from '@throughline/query/client';

/** A change of an operation's level, with the times at which the same had happened before and was over again. */
export interface GatheredChange {
  readonly change: OperationChangeAnswer;
  /** Seconds since the epoch, the newest first. */
  readonly earlierTimes: readonly number[];
}

/**
 * One entry for each operation and kind: the change that lasts, else the last one. That a level went back to what it was is
 * no change of its own. For the worse first, of these what lasts, of these the most significant.
 */
export function gatherChanges(changes: readonly OperationChangeAnswer[]): readonly GatheredChange[] {
  const ends = new Set(changes.filter(isForWorse).map((change) => `${nameOf(change)} ${change.until_time}`));
  const groups = new Map<string, OperationChangeAnswer[]>();
  for (const change of changes) {
    if (!isForWorse(change) && ends.has(`${nameOf(change)} ${change.since_time}`)) continue;
    const key = `${change.kind} ${nameOf(change)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [change]);
    else group.push(change);
  }
  return [...groups.values()]
    .flatMap((group) => {
      const [change, ...earlier] = group.toSorted((a, b) => b.since_time - a.since_time);
      return change === undefined ? [] : [{ change, earlierTimes: earlier.map(({ since_time: time }) => time) }];
    })
    .toSorted(
      ({ change: a }, { change: b }) =>
        Number(isForWorse(b)) - Number(isForWorse(a)) ||
        Number(b.until_time === null) - Number(a.until_time === null) ||
        b.significance - a.significance,
    );
}

export function isForWorse({ kind }: OperationChangeAnswer): boolean {
  return kind === 'slower' || kind === 'failing';
}

function nameOf({ service, operation }: OperationChangeAnswer): string {
  return JSON.stringify([service, operation]);
}
