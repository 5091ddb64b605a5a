import { RandomSource } from '../random/random-stream.ts';
import { INVALID, number, object, required, type Schema, type ScenarioIssue, withDefault } from './schema.ts';

interface CompanyParameters {
  readonly services: number;
  readonly seed: number;
  readonly tiers: number;
  readonly fanOut: number;
  readonly perSecond: number;
}

const parameters: Schema<CompanyParameters> = object<CompanyParameters>({
  services: required('services', number({ min: 10, max: 10_000, whole: true }), ''),
  seed: withDefault('seed', number({ min: 0, whole: true }), 1, 'of the topology, which is the same for every run'),
  tiers: withDefault('tiers', number({ min: 2, max: 12, whole: true }), 6, 'from the edge to the databases'),
  fanOut: withDefault('fan_out', number({ min: 1, max: 100, whole: true }), 12, 'calls of an operation, at most'),
  perSecond: withDefault('poisson', number({ min: 0, max: 100_000 }), 20, 'requests a second'),
});

const DOMAINS = [
  'search',
  'order',
  'billing',
  'user',
  'media',
  'risk',
  'stock',
  'route',
  'price',
  'ad',
  'chat',
  'feed',
  'ship',
  'audit',
  'promo',
  'geo',
];
const ROLES = ['api', 'core', 'worker', 'index', 'rules', 'sync', 'profile', 'ledger', 'gate', 'view'];
const LANGUAGES = ['go', 'java', 'nodejs', 'python', 'dotnet'];
const DATABASES = ['postgresql', 'mysql', 'redis', 'mongodb'];

/** A company of many services in tiers; each calls a few of the tiers below it. Plain data, as a file would hold it. */
export function generateCompany(input: unknown, issues: ScenarioIssue[]): Readonly<Record<string, unknown>> {
  const spec = parameters.parse(input, 'generate', issues);
  if (spec === INVALID) return {};
  const random = new RandomSource(spec.seed).stream('company');
  const pick = <T>(from: readonly T[]): T => {
    const item = from[random.below(from.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  };

  const databaseCount = Math.max(1, Math.round(spec.services / 10));
  const serviceCount = spec.services - databaseCount;
  // Each tier is wider than the one above it.
  const tierOf = (i: number): number => Math.min(spec.tiers - 1, Math.floor(Math.sqrt(i / serviceCount) * spec.tiers));
  const names = Array.from({ length: serviceCount }, (_, i) => {
    const domain = DOMAINS[i % DOMAINS.length] ?? 'x';
    const role = ROLES[Math.floor(i / DOMAINS.length) % ROLES.length] ?? 'x';
    return `${domain}-${role}-${i}`;
  });
  const tiers: string[][] = Array.from({ length: spec.tiers }, () => []);
  for (const [i, name] of names.entries()) tiers[tierOf(i)]?.push(name);
  const databases = Array.from({ length: databaseCount }, (_, i) => `db-${i}`);

  const operationsOf = (name: string, tier: number): string[] =>
    tier === 0 ? [`GET /${name}`] : [`company.${pascal(name)}/Get`, `company.${pascal(name)}/List`];
  // Each service below the edge has a caller in the tier above, so that all are reached; chance adds others.
  const called = new Map<string, string[]>();
  const addCall = (caller: string, target: string, targetTier: number): void => {
    const list = called.get(caller) ?? [];
    if (list.length < spec.fanOut) called.set(caller, [...list, `${target} ${pick(operationsOf(target, targetTier))}`]);
  };
  for (const [i, name] of names.entries()) {
    const tier = tierOf(i);
    if (tier > 0) addCall(pick(tiers[tier - 1] ?? []), name, tier);
    const target = random.below(serviceCount);
    if (random.chance(0.3) && tierOf(target) > tier) addCall(name, names[target] ?? name, tierOf(target));
  }

  const services: Record<string, unknown> = {};
  for (const [i, name] of names.entries()) {
    const tier = tierOf(i);
    const operations: Record<string, unknown> = {};
    for (const operation of operationsOf(name, tier)) {
      const calls = (called.get(name) ?? []).map((call) => ({ call, probability: 0.7 }));
      const steps: unknown[] = [{ work: { p50: `${1 + random.below(5)}ms`, p99: `${20 + random.below(30)}ms` } }];
      if (calls.length > 1 && random.chance(0.4)) steps.push({ parallel: calls });
      else steps.push(...calls);
      if (random.chance(0.4)) {
        const table = `${name.split('-')[0] ?? 'item'}s`;
        steps.push({
          query: `SELECT * FROM ${table} WHERE id = ?`,
          database: databases[i % databaseCount] ?? '',
        });
      }
      operations[operation] = { steps, error_rate: 0.001 };
    }
    services[name] = {
      language: pick(LANGUAGES),
      namespace: name.split('-')[0],
      replicas: 1 + random.below(3),
      operations,
    };
  }
  for (const name of databases) {
    services[name] = { database: pick(DATABASES), latency: { p50: '1ms', p99: '15ms' }, workers: 100 };
  }
  return {
    services,
    hosts: { count: Math.max(3, Math.round(spec.services / 25)) },
    workload: [
      {
        calls: (tiers[0] ?? []).map((name) => ({ call: `${name} GET /${name}` })),
        arrivals: { poisson: spec.perSecond },
      },
    ],
  };
}

function pascal(name: string): string {
  return name
    .split('-')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');
}
