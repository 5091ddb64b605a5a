// A process of its own: a server that one subject traces, or nobody.
import { once } from 'node:events';
import type * as Http from 'node:http';
import { createRequire } from 'node:module';
import { answerCalls } from '../measured/answer-calls.ts';
import { type CpuTime, cpuSince, cpuTime } from '../measured/cpu-time.ts';
import { startSubject } from '../subjects/start-subject.ts';
import type { Subject, SubjectOptions } from '../subjects/subject.ts';
import { handlerOf } from './handlers.ts';
import type { Variant } from './variants.ts';

export interface ServerCalls {
  /** Resolves with the port. */
  start(options: { readonly variant: Variant; readonly subjectOptions: SubjectOptions }): Promise<number>;
  /** Exports what there is; CPU counts from here. */
  begin(): Promise<void>;
  /** Exports what there is, and CPU since `begin`. */
  finish(): Promise<CpuTime>;
  dropped(): number;
}

let subject: Subject | undefined;
let before: CpuTime = cpuTime();

answerCalls<ServerCalls>({
  start: async ({ variant, subjectOptions }) => {
    if (variant.subject !== undefined) {
      subject = startSubject(variant.subject, { ...subjectOptions, ...variant.options });
    }
    // After the subject, and through `require`: that is where instrumentations wait for it.
    const http = createRequire(import.meta.url)('node:http') as typeof Http;
    const server = http.createServer(handlerOf(variant, subject));
    server.keepAliveTimeout = 120_000;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the server does not listen on a port');
    return address.port;
  },
  begin: async () => {
    await subject?.flush();
    before = cpuTime();
  },
  finish: async () => {
    await subject?.flush();
    return cpuSince(before);
  },
  dropped: () => subject?.dropped() ?? 0,
});
