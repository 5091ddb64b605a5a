import type { DependencyEdgeAnswer } from '@throughline/query/client';

/**
 * The services that requests come in by: those that no other service calls; where all are called (the graph is a circle),
 * all. Those that call the most first.
 */
export function entryServices(
  names: readonly string[],
  dependencies: readonly DependencyEdgeAnswer[],
): readonly string[] {
  const called = new Set(dependencies.map(({ child }) => child));
  const calls = new Map<string, number>();
  for (const { parent, call_count: count } of dependencies) calls.set(parent, (calls.get(parent) ?? 0) + count);
  const entries = names.filter((name) => !called.has(name));
  return (entries.length > 0 ? entries : names).toSorted((a, b) => (calls.get(b) ?? 0) - (calls.get(a) ?? 0));
}
