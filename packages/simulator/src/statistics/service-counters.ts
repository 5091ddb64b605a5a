/** What a service has done so far. */
export class ServiceCounters {
  /** Requests that its workers took. */
  handled = 0;
  /** Calls, queries and messages that it sent, further attempts included. */
  initiated = 0;
  spansCreated = 0;
  /** Handled requests that failed. */
  failures = 0;
  /** Attempts after the first. */
  retries = 0;
  /** Requests that found the queue full. */
  refused = 0;
  maxQueueWaitNano = 0;
}
