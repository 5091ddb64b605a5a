import { CodedError } from '@throughline/model';
import type { FastifyReply } from 'fastify';

/** Aborts when the connection closes before the answer has been sent: nobody waits for the query any more. */
export function clientGone(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  const { raw } = reply;
  raw.once('close', () => {
    if (!raw.writableFinished) controller.abort(new CodedError('client_gone', 'The client has gone'));
  });
  return controller.signal;
}
