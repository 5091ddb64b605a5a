import { context as contextApi } from '@opentelemetry/api';

import { exceptionOf } from '../../helpers/settle.ts';
import { type HttpMetadata, httpMetadata } from '../rpc-metadata.ts';
import { ServerSpan } from '../server-span.ts';

/** The server span of the request that is being handled, whoever started it. */
export interface RequestSpan {
  /** Undefined: the span was started elsewhere, and its context is active already. */
  readonly started: ServerSpan | undefined;
  /** Gives the span its route, if it has none. */
  setRoute(route: string | undefined): void;
  recordError(error: unknown): void;
}

/** The span that is active, ours or the official instrumentation's. */
export function activeRequestSpan(): RequestSpan | undefined {
  const metadata = httpMetadata(contextApi.active());
  return metadata === undefined ? undefined : new FoundSpan(metadata);
}

/** Its context is left to be entered by the caller. */
export class StartedSpan implements RequestSpan {
  readonly started: ServerSpan;

  constructor(started: ServerSpan) {
    this.started = started;
  }

  setRoute(route: string | undefined): void {
    this.started.route ??= route;
  }

  recordError(error: unknown): void {
    this.started.recordError(error);
  }
}

class FoundSpan implements RequestSpan {
  readonly started = undefined;
  private readonly metadata: HttpMetadata;

  constructor(metadata: HttpMetadata) {
    this.metadata = metadata;
  }

  setRoute(route: string | undefined): void {
    if (route !== undefined) this.metadata.route ??= route;
  }

  /** The official instrumentation sets the status by what is answered. */
  recordError(error: unknown): void {
    const { metadata } = this;
    if (metadata instanceof ServerSpan) metadata.recordError(error);
    else metadata.span.recordException(exceptionOf(error));
  }
}
