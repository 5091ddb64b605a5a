import type { Socket } from 'node:net';
import { Http1Answer } from './http1-answer.ts';

/** As Node's agent: a server that closes an idle connection when it says so must not be a moment faster. */
const KEEP_ALIVE_MARGIN_MS = 1000;
const PROBE_DELAY_MS = 1000;

interface Exchange {
  readonly answer: Http1Answer;
  readonly resolve: (answer: Http1Answer) => void;
  readonly reject: (error: Error) => void;
}

/** One request at a time over one socket. A process does not stay alive for it while it is idle, or never. */
export class Http1Connection {
  private readonly socket: Socket;
  private readonly holdsProcess: boolean;
  private exchange: Exchange | undefined = undefined;
  private error: Error | undefined = undefined;
  private isClosed = false;
  private exchangeCount = 0;
  private hasAnswerBegun = false;
  private idleUntilMs = Infinity;

  /** The socket may still be connecting. `holdsProcess`: the process stays alive while a request is under way. */
  constructor(socket: Socket, holdsProcess: boolean) {
    this.socket = socket;
    this.holdsProcess = holdsProcess;
    if (!holdsProcess) {
      socket.unref();
      // Each address of a name is tried with a handle of its own, which knows nothing of the one before.
      socket.on('connectionAttempt', () => socket.unref());
    }
    socket.setNoDelay(true);
    socket.setKeepAlive(true, PROBE_DELAY_MS);
    socket.on('data', (bytes: Buffer) => this.receive(bytes));
    socket.on('error', (error) => {
      this.error = error;
    });
    socket.on('close', () => this.closed());
  }

  /** Whether another request may be tried. */
  get isUsable(): boolean {
    return !this.isClosed && !this.socket.destroyed && this.socket.writable && performance.now() < this.idleUntilMs;
  }

  /** The last request got nothing, and it was not the first: the server may have closed the connection before. */
  get wasStale(): boolean {
    return this.exchangeCount > 1 && !this.hasAnswerBegun;
  }

  destroy(): void {
    this.socket.destroy();
  }

  /**
   * Sends a request and reads its answer. Rejects with the socket's error, one with the code ECONNRESET if the connection
   * ends before the answer does, `MalformedAnswerError`, or the signal's reason; the connection is of no use then.
   */
  async send(head: string, body: Uint8Array, maxContentBytes: number, signal: AbortSignal): Promise<Http1Answer> {
    signal.throwIfAborted();
    const { socket } = this;
    this.exchangeCount++;
    this.hasAnswerBegun = false;
    const abort = (): void => this.fail(toError(signal.reason));
    signal.addEventListener('abort', abort);
    try {
      return await new Promise((resolve, reject) => {
        this.exchange = { answer: new Http1Answer(maxContentBytes), resolve, reject };
        if (this.holdsProcess) socket.ref();
        socket.cork();
        socket.write(head, 'latin1');
        socket.write(body);
        socket.uncork();
      });
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  private receive(bytes: Buffer): void {
    const { exchange } = this;
    if (exchange === undefined) {
      // Nobody has asked.
      this.destroy();
      return;
    }
    this.hasAnswerBegun = true;
    const { answer } = exchange;
    try {
      answer.push(bytes);
    } catch (error) {
      this.fail(toError(error));
      return;
    }
    if (answer.isDone) this.finish(exchange);
  }

  private finish({ answer, resolve }: Exchange): void {
    this.exchange = undefined;
    const { socket } = this;
    // An answer before the whole request: nobody reads the rest, and its memory may be used again.
    if (!answer.keepsConnection || socket.writableLength > 0) this.destroy();
    else {
      const { keepAliveSeconds } = answer;
      this.idleUntilMs =
        keepAliveSeconds === undefined ? Infinity : performance.now() + keepAliveSeconds * 1000 - KEEP_ALIVE_MARGIN_MS;
      socket.unref();
    }
    resolve(answer);
  }

  private fail(error: Error): void {
    const { exchange } = this;
    this.exchange = undefined;
    this.destroy();
    exchange?.reject(error);
  }

  private closed(): void {
    this.isClosed = true;
    const { exchange } = this;
    if (exchange === undefined) return;
    if (this.error === undefined && exchange.answer.end()) this.finish(exchange);
    else if (this.hasAnswerBegun)
      this.fail(this.error ?? connectionReset('the connection ended before the answer did'));
    else this.fail(this.error ?? connectionReset('the connection ended without an answer'));
  }
}

function connectionReset(message: string): Error {
  return Object.assign(new Error(message), { code: 'ECONNRESET' });
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
