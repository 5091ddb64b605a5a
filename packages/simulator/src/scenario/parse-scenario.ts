import { CodedError } from '@throughline/model';
import { generateCompany } from './generate-company.ts';
import { allSteps } from './nested-steps.ts';
import type { FaultSpec, Scenario, ServiceSpec, Step, Target } from './scenario.ts';
import { faultSchema, scenarioSchema } from './scenario-schema.ts';
import { INVALID, isRecord, join, jsonDefinitions, type Schema, type ScenarioIssue } from './schema.ts';
import { step } from './step-schema.ts';

const MAX_ISSUES_TOLD = 20;

/** A scenario that cannot be used; `issues` say where and why. */
export class ScenarioError extends CodedError {
  readonly issues: readonly ScenarioIssue[];

  constructor(issues: readonly ScenarioIssue[]) {
    const told = issues
      .slice(0, MAX_ISSUES_TOLD)
      .map(({ path, message }) => `${path === '' ? 'scenario' : path}: ${message}`);
    if (issues.length > told.length) told.push(`... and ${issues.length - told.length} more`);
    super('invalid_scenario', told.join('\n'));
    this.name = 'ScenarioError';
    this.issues = issues;
  }
}

/**
 * Reads plain data, as YAML or JSON give it. With the key `generate` in place of services and workload, these are made
 * from its parameters.
 *
 * @throws ScenarioError (`invalid_scenario`)
 */
export function parseScenario(input: unknown): Scenario {
  const issues: ScenarioIssue[] = [];
  const scenario = checked(scenarioSchema, expand(input, issues), issues);
  checkReferences(scenario, issues);
  if (issues.length > 0) throw new ScenarioError(issues);
  return scenario;
}

/** One fault, as in the key `faults`. */
export function parseFault(input: unknown): FaultSpec {
  return checked(faultSchema, input, []);
}

/** JSON Schema (2020-12) of a scenario file. */
export function scenarioJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Throughline simulator scenario',
    anyOf: [
      scenarioSchema.json,
      { type: 'object', required: ['name', 'generate'], properties: { generate: { type: 'object' } } },
    ],
    $defs: { ...jsonDefinitions(), step: step.json },
  };
}

function checked<T>(schema: Schema<T>, input: unknown, issues: ScenarioIssue[]): T {
  const value = schema.parse(input, '', issues);
  if (value === INVALID || issues.length > 0) throw new ScenarioError(issues);
  return value;
}

function expand(input: unknown, issues: ScenarioIssue[]): unknown {
  if (!isRecord(input) || input['generate'] === undefined) return input;
  const { generate, ...rest } = input;
  return { ...generateCompany(generate, issues), ...rest };
}

/** That everything named is there. */
function checkReferences(scenario: Scenario, issues: ScenarioIssue[]): void {
  const unknown = (path: string, what: string, name: string, known: Iterable<string>): void => {
    const names = [...known];
    const shown = names.length > 12 ? `${names.slice(0, 12).join(', ')}, ...` : names.join(', ');
    issues.push({
      code: 'unknown_name',
      path,
      message: `there is no ${what} ${JSON.stringify(name)}; there are: ${shown}`,
    });
  };
  const checkTarget = (path: string, { service, operation }: Target): void => {
    const called = scenario.services.get(service);
    if (called === undefined) unknown(path, 'service', service, scenario.services.keys());
    else if (!called.operations.has(operation)) {
      unknown(path, `operation of ${service}`, operation, called.operations.keys());
    }
  };
  const checkDatabase = (path: string, name: string): void => {
    if (scenario.services.get(name)?.database !== undefined) return;
    const databases = [...scenario.services].filter(([, { database }]) => database !== undefined).map(([key]) => key);
    unknown(path, 'database', name, databases);
  };
  const checkSteps = (path: string, service: ServiceSpec, steps: readonly Step[]): void => {
    for (const [i, { action }] of steps.entries()) {
      const at = `${path}[${i}]`;
      if (action.kind === 'call') checkTarget(`${at}.call`, action.target);
      else if (action.kind === 'query') checkDatabase(`${at}.database`, action.database);
      else if (action.kind === 'publish' && !scenario.queues.has(action.queue)) {
        unknown(`${at}.publish`, 'queue', action.queue, scenario.queues.keys());
      } else if (action.kind === 'cache') {
        if (!service.caches.has(action.cache)) unknown(`${at}.cache`, 'cache', action.cache, service.caches.keys());
        checkSteps(`${at}.miss`, service, action.miss);
      }
      if (action.kind === 'choose') {
        for (const [j, { steps: of }] of action.alternatives.entries()) {
          checkSteps(`${at}.choose[${j}].steps`, service, of);
        }
      }
      if ('steps' in action) checkSteps(`${at}.steps`, service, action.steps);
    }
  };

  for (const [name, service] of scenario.services) {
    const path = join('services', name);
    for (const pool of service.pools.keys()) {
      if (!scenario.services.has(pool)) unknown(`${path}.pools.${pool}`, 'service', pool, scenario.services.keys());
    }
    for (const [key, { database }] of service.caches) {
      if (database !== undefined) checkDatabase(`${path}.caches.${key}.database`, database);
    }
    for (const [operation, { steps }] of service.operations) {
      checkSteps(`${path}.operations.${operation}`, service, steps);
    }
  }
  for (const [name, { consumers }] of scenario.queues) {
    for (const [i, consumer] of consumers.entries()) checkTarget(`queues.${name}.consumers[${i}].call`, consumer);
  }
  for (const [i, { targets }] of scenario.workload.entries()) {
    for (const [j, { target }] of targets.entries()) checkTarget(`workload[${i}].calls[${j}].call`, target);
  }
  for (const [i, fault] of scenario.faults.entries()) checkFault(scenario, fault, `faults[${i}]`, issues);
}

/** Whether a fault names what its kind needs. */
export function checkFault(scenario: Scenario, fault: FaultSpec, path: string, issues: ScenarioIssue[]): void {
  const { kind, service, host } = fault;
  const mayBeHostWide = kind === 'cpu_contention' || kind === 'network_delay' || kind === 'memory_pause';
  if (kind === 'bad_host' ? host === undefined : service === undefined && !(mayBeHostWide && host !== undefined)) {
    const needs = kind === 'bad_host' ? 'a host' : mayBeHostWide ? 'a service or a host' : 'a service';
    issues.push({ code: 'missing', path, message: `${kind} needs ${needs}` });
  }
  if (kind === 'pool_exhaustion' && fault.resource === undefined) {
    issues.push({ code: 'missing', path: `${path}.resource`, message: 'pool_exhaustion needs the pool or lock' });
  }
  const named = service === undefined ? undefined : scenario.services.get(service);
  if (service !== undefined && named === undefined) {
    issues.push({
      code: 'unknown_name',
      path: `${path}.service`,
      message: `there is no service ${JSON.stringify(service)}`,
    });
  }
  if (named !== undefined && fault.resource !== undefined) {
    const known = kind === 'cache_stampede' ? named.caches.keys() : [...named.pools.keys(), ...locksOf(named)];
    const names = [...known];
    if (!names.includes(fault.resource)) {
      const message = `${String(service)} has no ${JSON.stringify(fault.resource)}; there are: ${names.join(', ')}`;
      issues.push({ code: 'unknown_name', path: `${path}.resource`, message });
    }
  }
  const { operation } = fault;
  if (
    operation !== undefined &&
    named !== undefined &&
    named.database === undefined &&
    !named.operations.has(operation)
  ) {
    issues.push({
      code: 'unknown_name',
      path: `${path}.operation`,
      message: `${String(service)} has no operation ${JSON.stringify(operation)}`,
    });
  }
  const hostNumber = host === undefined ? 1 : Number(/^host-(\d+)$/.exec(host)?.[1] ?? 0);
  if (hostNumber < 1 || hostNumber > scenario.hosts.count) {
    issues.push({
      code: 'unknown_name',
      path: `${path}.host`,
      message: `hosts are host-1 to host-${scenario.hosts.count}`,
    });
  }
}

function locksOf(service: ServiceSpec): ReadonlySet<string> {
  const locks = new Set<string>();
  for (const { steps } of service.operations.values()) {
    for (const { action } of allSteps(steps)) if (action.kind === 'lock') locks.add(action.lock);
  }
  return locks;
}
