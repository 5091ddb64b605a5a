import type { Anomaly } from './anomalies.ts';

/** How much of an anomaly each side of a call answers for; `caller + callee` is 1. */
export interface Blame {
  readonly caller: number;
  readonly callee: number;
}

/**
 * Divides the blame for anomalies.
 *
 * What a span does by itself is its own service's. But the time that a calling span spends outside its children is the
 * network, the callee's queue, or the caller's own process. The caller answers as far as the same happens to it elsewhere:
 * in its own work, or in its calls of other services (the average over these). Where only the calls of this one callee
 * are affected, the callee answers. So a slow process shows in all that it does, and a slow callee in all who call it.
 * `calls` are the operations that call, anomalous or not, so that sound calls speak for the caller. O(n).
 */
export function divideBlame(
  anomalies: readonly Anomaly[],
  calls: readonly { readonly service: string; readonly callee: string }[],
): ReadonlyMap<Anomaly, Blame> {
  const ownSeverity = new Map<string, number>();
  /** By caller, then callee. */
  const callSeverity = new Map<string, Map<string, number>>();
  const note = (service: string, callee: string, severity: number): void => {
    let ofCaller = callSeverity.get(service);
    if (ofCaller === undefined) {
      ofCaller = new Map();
      callSeverity.set(service, ofCaller);
    }
    ofCaller.set(callee, Math.max(ofCaller.get(callee) ?? 0, severity));
  };
  for (const { service, callee } of calls) note(service, callee, 0);
  for (const { component, severity } of anomalies) {
    const { callee } = component;
    if (callee === undefined) {
      ownSeverity.set(component.service, Math.max(ownSeverity.get(component.service) ?? 0, severity));
    } else note(component.service, callee, severity);
  }

  const blames = new Map<Anomaly, Blame>();
  for (const anomaly of anomalies) {
    const { component, severity, kind } = anomaly;
    const { callee } = component;
    if (callee === undefined || kind === 'work_missing' || kind === 'work_repeated') {
      blames.set(anomaly, { caller: 1, callee: 0 });
      continue;
    }
    let others = 0;
    let otherCount = 0;
    for (const [other, otherSeverity] of callSeverity.get(component.service) ?? []) {
      if (other === callee) continue;
      others += otherSeverity;
      otherCount++;
    }
    const elsewhere = Math.max(ownSeverity.get(component.service) ?? 0, otherCount === 0 ? 0 : others / otherCount);
    const caller = Math.min(1, elsewhere / severity);
    blames.set(anomaly, { caller, callee: 1 - caller });
  }
  return blames;
}
