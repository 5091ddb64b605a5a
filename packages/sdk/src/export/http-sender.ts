import { validateHeaderName, validateHeaderValue } from 'node:http';
import net from 'node:net';
import tls from 'node:tls';
import { urlToHttpOptions } from 'node:url';
import { codeOf, connectionFailure, redactor } from './connection-failure.ts';
import { type FailedAttempt, failedAttempt, messageOf } from './delivering-exporter.ts';
import { MalformedAnswerError } from './http1-answer.ts';
import { Http1Connection } from './http1-connection.ts';
import { readTlsFiles, type TlsOptions } from './tls-files.ts';

export interface HttpOptions {
  /** Sent with every request. Values are never part of a message. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly tls?: TlsOptions;
  /** Of an answer's body; what is behind it is not read. Default 4 MiB. */
  readonly maxResponseBytes?: number;
}

export interface HttpAnswer {
  readonly kind: 'answer';
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: Buffer;
  /** The body was longer than allowed. */
  readonly isCut: boolean;
}

export interface HttpSender {
  /** For messages: the method and the URL without credentials and query. */
  readonly target: string;
  readonly redact: (text: string) => string;
  /** Never rejects. */
  post(
    body: Uint8Array,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<HttpAnswer | FailedAttempt>;
  /** Posts that begin later do not keep the process alive. */
  letExit(): void;
  close(): void;
}

export const DEFAULT_MAX_RESPONSE_BYTES: number = 4 * 2 ** 20;
const USER_AGENT = 'throughline-sdk';

/** Of a request. What says how long the body is comes from the body. */
const OWN_HEADERS: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding']);

/**
 * Posts to one URL over kept-alive connections of HTTP/1.1, one for each post that is under way. Redirects are not
 * followed. A URL or a TLS file that is no good fails every post as `misconfigured`: a mistake in the configuration must
 * not stop the application. Not by `node:http`, whose client takes more CPU for each request.
 */
export function httpSender(url: string, options: HttpOptions): HttpSender {
  const redact = redactor(options.headers ?? {});
  try {
    return workingSender(new URL(url), options, redact);
  } catch (error) {
    const failure = failedAttempt('misconfigured', redact(messageOf(error)));
    return { target: 'POST', redact, post: async () => failure, letExit: () => {}, close: () => {} };
  }
}

function workingSender(url: URL, options: HttpOptions, redact: (text: string) => string): HttpSender {
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new Error(`${url.protocol} is neither http: nor https:`);
  const maxResponseBytes = options.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES;
  const target = `POST ${url.origin}${url.pathname}`;
  const connect = connector(url, options.tls);
  const start = requestStart(url, options.headers ?? {});
  const connections = new Set<Http1Connection>();
  const idle: Http1Connection[] = [];
  let holdsProcess = true;

  /** The one that was used last: it is the least likely to have been closed. */
  function takeConnection(): Http1Connection {
    for (let connection = idle.pop(); connection !== undefined; connection = idle.pop()) {
      if (connection.isUsable) return connection;
      connection.destroy();
      connections.delete(connection);
    }
    const connection = new Http1Connection(connect(), holdsProcess);
    connections.add(connection);
    return connection;
  }

  function failureOf(error: unknown, isStale: boolean): FailedAttempt {
    if (error instanceof MalformedAnswerError) {
      return failedAttempt('malformed_answer', redact(`${target}: no HTTP answer: ${error.message}`));
    }
    const failure = connectionFailure(error, target, redact);
    // The server closed a kept connection just when it was used again: nothing is wrong with it.
    const isLost = codeOf(error) === 'ECONNRESET' || codeOf(error) === 'EPIPE';
    return isStale && isLost ? { ...failure, retryAfterMs: 0 } : failure;
  }

  return {
    target,
    redact,
    letExit: () => {
      holdsProcess = false;
    },
    close: () => {
      for (const connection of connections) connection.destroy();
      connections.clear();
      idle.length = 0;
    },
    post: async (body, headers, signal) => {
      let connection: Http1Connection | undefined;
      try {
        const head = `${start(headers)}content-length: ${body.length}\r\n\r\n`;
        connection = takeConnection();
        const answer = await connection.send(head, body, maxResponseBytes, signal);
        if (connection.isUsable) idle.push(connection);
        else connections.delete(connection);
        return {
          kind: 'answer',
          status: answer.status,
          retryAfter: answer.headers['retry-after'],
          body: answer.body,
          isCut: answer.isCut,
        };
      } catch (error) {
        if (connection !== undefined) connections.delete(connection);
        return failureOf(error, connection?.wasStale === true);
      }
    },
  };
}

/** Opens connections, over TLS with one session for all of them. */
function connector(url: URL, tlsOptions: TlsOptions | undefined): () => net.Socket {
  // Without the brackets of an IPv6 address.
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (url.protocol === 'http:') {
    const port = url.port === '' ? 80 : Number(url.port);
    return () => net.connect({ host, port });
  }
  const options: tls.ConnectionOptions = {
    host,
    port: url.port === '' ? 443 : Number(url.port),
    ALPNProtocols: ['http/1.1'],
    ...readTlsFiles(tlsOptions),
    // An address is no name that a server could be asked for.
    ...(net.isIP(host) === 0 ? { servername: host } : {}),
  };
  let session: Buffer | undefined;
  return () =>
    tls.connect({ ...options, ...(session === undefined ? {} : { session }) }).on('session', (newest: Buffer) => {
      session = newest;
    });
}

/**
 * The request line and headers but the length, of the headers that one request has in addition. What is given last
 * counts, whatever its case. @throws TypeError for a name or value that is no header's
 */
function requestStart(
  url: URL,
  fixed: Readonly<Record<string, string>>,
): (headers: Readonly<Record<string, string>>) => string {
  const { auth } = urlToHttpOptions(url);
  const always = {
    host: url.host,
    connection: 'keep-alive',
    'user-agent': USER_AGENT,
    ...(auth === null || auth === undefined ? {} : { authorization: `Basic ${Buffer.from(auth).toString('base64')}` }),
  };
  let lastHeaders: Readonly<Record<string, string>> | undefined;
  let lastText = '';
  return (headers) => {
    // An exporter gives the same ones each time.
    if (headers === lastHeaders) return lastText;
    const fields = new Map<string, string>();
    for (const [name, value] of [always, fixed, headers].flatMap((each) => Object.entries(each))) {
      validateHeaderName(name);
      validateHeaderValue(name, value);
      const key = name.toLowerCase();
      if (!OWN_HEADERS.has(key)) fields.set(key, value);
    }
    lastText = `POST ${url.pathname}${url.search} HTTP/1.1\r\n${[...fields].map(([name, value]) => `${name}: ${value}\r\n`).join('')}`;
    lastHeaders = headers;
    return lastText;
  };
}
