import { assembleTrace, type Span, type Trace } from '@throughline/model';
import { randomFrom, span } from '../spans.ts';

/** What is wrong with one service of a {@link randomSystem}. */
export interface Fault {
  readonly service: string;
  /**
   * `slow_process`: all that the service does itself takes longer, its calls of others included. `slow_network`: calls of
   * it take longer for their callers, its own spans do not. `failing`: half of its requests fail at once.
   * `stops_early`: half of its requests end without the calls that belong to them. `repeats`: it makes every call ten times.
   */
  readonly kind: 'slow_process' | 'slow_network' | 'failing' | 'stops_early' | 'repeats';
}

export interface System {
  readonly services: readonly string[];
  /** Services that others call, or that call others, and so could show each kind of fault. */
  readonly callees: readonly string[];
  readonly callers: readonly string[];
  traces(count: number, seed: number, fault?: Fault): readonly Trace[];
}

interface Operation {
  readonly service: string;
  readonly name: string;
  /** Typical own time in milliseconds. */
  readonly ownMs: number;
  /** Operations that it calls one after another, and how often. */
  readonly calls: readonly { readonly operation: Operation; readonly probability: number }[];
}

/** Random services in layers, each with a few operations that call operations of lower layers. */
export function randomSystem(seed: number): System {
  const random = randomFrom(seed);
  const services: string[] = [];
  let below: Operation[] = [];
  const layers = 3 + Math.floor(random() * 2);
  for (let layer = 0; layer < layers; layer++) {
    const here: Operation[] = [];
    const serviceCount = layer === layers - 1 ? 1 : 2 + Math.floor(random() * 3);
    for (let i = 0; i < serviceCount; i++) {
      const service = `layer${layer}-${i}`;
      services.push(service);
      for (let o = 0; o < 1 + Math.floor(random() * 3); o++) {
        const callees = below.filter(() => random() < (layer === layers - 1 ? 0.7 : 0.4));
        here.push({
          service,
          name: `${service}.op${o}`,
          ownMs: 1 + random() * 20,
          calls: callees.map((operation) => ({ operation, probability: random() < 0.7 ? 1 : 0.5 })),
        });
      }
    }
    below = [...below, ...here].filter(({ service }) => layer > 0 || service !== '');
  }
  const entries = below.filter(({ service }) => service === services.at(-1));
  const reached = new Map<string, Operation>();
  const visit = (operation: Operation): void => {
    if (reached.has(operation.name)) return;
    reached.set(operation.name, operation);
    for (const call of operation.calls) visit(call.operation);
  };
  for (const entry of entries) visit(entry);
  const operations = [...reached.values()];
  return {
    services: [...new Set(operations.map(({ service }) => service))],
    callees: [...new Set(operations.flatMap(({ calls }) => calls.map(({ operation }) => operation.service)))],
    callers: [
      ...new Set(
        operations
          .filter(({ calls }) => calls.some(({ probability }) => probability === 1))
          .map(({ service }) => service),
      ),
    ],
    traces: (count, traceSeed, fault) => {
      const draw = randomFrom(traceSeed);
      return Array.from({ length: count }, (_, i) => {
        const entry = entries[Math.floor(draw() * entries.length)];
        return entry === undefined ? assembleTrace([]) : requestOf(entry, traceSeed * 100_000 + i, draw, fault);
      });
    },
  };
}

function requestOf(entry: Operation, trace: number, draw: () => number, fault: Fault | undefined): Trace {
  const spans: Span[] = [];
  let nextId = 1;
  /** Log-normal around the typical time, so that tails are heavy as in real systems. */
  const vary = (ms: number): number =>
    ms * Math.exp(0.5 * Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw()));
  const startMs = (trace % 100_000) * 1_000;

  const serve = (operation: Operation, from: number, parent: number | undefined): number => {
    const id = nextId++;
    const isFaulty = fault?.service === operation.service;
    let at = from + vary(operation.ownMs) + (isFaulty && fault.kind === 'slow_process' ? vary(300) : 0);
    const fails = isFaulty && fault.kind === 'failing' && draw() < 0.5;
    const stops = fails || (isFaulty && fault.kind === 'stops_early' && draw() < 0.5);
    const times = isFaulty && fault.kind === 'repeats' ? 10 : 1;
    const calls = stops ? [] : operation.calls.flatMap((call) => Array.from({ length: times }, () => call));
    for (const { operation: callee, probability } of calls) {
      if (draw() >= probability) continue;
      const callId = nextId++;
      const before = at;
      const isSlowCall =
        (isFaulty && fault.kind === 'slow_process') ||
        (fault?.service === callee.service && fault.kind === 'slow_network');
      const reached = before + vary(1) + (isSlowCall ? vary(200) : 0);
      const answered = serve(callee, reached, callId) + vary(1);
      spans.push(
        span(callId, `call ${callee.name}`, before, answered, { parent: id, service: operation.service, trace }),
      );
      at = answered;
    }
    spans.push(
      span(id, operation.name, from, at, {
        service: operation.service,
        trace,
        ...(parent !== undefined && { parent }),
        ...(fails && { error: 'failed' }),
        resource: { 'k8s.pod.name': `${operation.service}-pod` },
      }),
    );
    return at;
  };
  serve(entry, startMs, undefined);
  return assembleTrace(spans);
}
