import { maxHeaderSize } from 'node:http';

/** What came is not an answer of HTTP/1.1. */
export class MalformedAnswerError extends Error {
  override readonly name = 'MalformedAnswerError';
}

const CRLF = '\r\n';
const STATUS_LINE = /^HTTP\/1\.([01]) (\d{3})(?: .*)?$/s;
const FIELD = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/s;
const CHUNK_SIZE = /^([0-9a-f]{1,8})[ \t]*(?:;.*)?$/is;
const SWITCHING_PROTOCOLS = 101;

/** What is expected next. */
type Part = 'head' | 'content' | 'content-until-close' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailer' | 'done';

/**
 * Reads the answer to one request (not HEAD, not CONNECT) from the bytes of a connection, in pieces of any size. Source:
 * RFC 9112, sections 4 to 7. Stricter than it must be: lines end with CRLF, and a field has one line.
 */
export class Http1Answer {
  status = 0;
  /** Names in lower case; of those that repeat, all values with commas between. */
  headers: Readonly<Record<string, string>> = {};
  /** Where the content was longer than it may be; the rest was not read. */
  isCut = false;
  private readonly maxContentBytes: number;
  private part: Part = 'head';
  private isVersion1 = true;
  /** Of the content or the chunk. */
  private missingBytes = 0;
  /** Bytes of a line or head that is not complete. */
  private rest: Buffer | undefined = undefined;
  private trailerBytes = 0;
  private hasSurplus = false;
  private readonly pieces: Buffer[] = [];
  private contentBytes = 0;

  constructor(maxContentBytes: number) {
    this.maxContentBytes = maxContentBytes;
  }

  get isDone(): boolean {
    return this.part === 'done';
  }

  get body(): Buffer {
    return this.pieces.length === 1 ? this.pieces[0]! : Buffer.concat(this.pieces);
  }

  /** Once it is done: whether the connection may carry another request. */
  get keepsConnection(): boolean {
    const { connection = '' } = this.headers;
    const options = connection.toLowerCase();
    return !this.isCut && !this.hasSurplus && !options.includes('close') && this.isVersion1;
  }

  /** Seconds that the server keeps an idle connection for, if it says so. */
  get keepAliveSeconds(): number | undefined {
    const seconds = /(?:^|[\s,])timeout=(\d{1,9})/i.exec(this.headers['keep-alive'] ?? '')?.[1];
    return seconds === undefined ? undefined : Number(seconds);
  }

  /** @throws MalformedAnswerError */
  push(received: Buffer): void {
    let bytes = this.rest === undefined ? received : Buffer.concat([this.rest, received]);
    this.rest = undefined;
    while (bytes.length > 0 && this.part !== 'done') {
      const taken = this.take(bytes);
      if (taken === 0) {
        if (bytes.length > maxHeaderSize) throw new MalformedAnswerError('its head is too long');
        this.rest = bytes;
        return;
      }
      bytes = bytes.subarray(taken);
    }
    this.hasSurplus = bytes.length > 0;
  }

  /** The connection ended. True if that is how the answer ends. */
  end(): boolean {
    if (this.part === 'content-until-close') this.part = 'done';
    return this.part === 'done';
  }

  /** How many of the bytes were read; 0 if there must be more first. */
  private take(bytes: Buffer): number {
    switch (this.part) {
      case 'head':
        return this.takeHead(bytes);
      case 'content':
      case 'chunk': {
        const count = Math.min(bytes.length, this.missingBytes);
        this.addContent(bytes.subarray(0, count));
        this.missingBytes -= count;
        if (this.missingBytes === 0 && !this.isDone) this.part = this.part === 'content' ? 'done' : 'chunk-end';
        return count;
      }
      case 'content-until-close':
        this.addContent(bytes);
        return bytes.length;
      case 'chunk-size':
        return this.takeLine(bytes, (line) => {
          const size = CHUNK_SIZE.exec(line)?.[1];
          if (size === undefined) throw new MalformedAnswerError('it has a chunk without a size');
          this.missingBytes = Number.parseInt(size, 16);
          this.part = this.missingBytes === 0 ? 'trailer' : 'chunk';
        });
      case 'chunk-end':
        return this.takeLine(bytes, (line) => {
          if (line !== '') throw new MalformedAnswerError('it has a chunk that is longer than its size');
          this.part = 'chunk-size';
        });
      case 'trailer':
        return this.takeLine(bytes, (line) => {
          this.trailerBytes += line.length;
          if (this.trailerBytes > maxHeaderSize) throw new MalformedAnswerError('its trailer is too long');
          if (line === '') this.part = 'done';
        });
      case 'done':
        return 0;
    }
  }

  private takeLine(bytes: Buffer, read: (line: string) => void): number {
    const end = bytes.indexOf(CRLF);
    if (end < 0) return 0;
    read(bytes.toString('latin1', 0, end));
    return end + CRLF.length;
  }

  private takeHead(bytes: Buffer): number {
    const end = bytes.indexOf(CRLF + CRLF);
    if (end < 0) return 0;
    if (end > maxHeaderSize) throw new MalformedAnswerError('its head is too long');
    const [statusLine = '', ...lines] = bytes.toString('latin1', 0, end).split(CRLF);
    const [, minorVersion, status] = STATUS_LINE.exec(statusLine) ?? [];
    if (status === undefined) throw new MalformedAnswerError('it does not begin with a status line of HTTP/1.1');
    this.isVersion1 = minorVersion === '1';
    this.status = Number(status);
    this.headers = headersOf(lines);
    this.startContent();
    return end + 2 * CRLF.length;
  }

  /** RFC 9112, section 6.3. */
  private startContent(): void {
    const { status, headers } = this;
    if (status === SWITCHING_PROTOCOLS)
      throw new MalformedAnswerError('it switches the protocol, which was not asked for');
    // Another one follows.
    if (status < 200) return;
    const encoding = headers['transfer-encoding'];
    const length = headers['content-length'];
    if (status === 204 || status === 304) this.part = 'done';
    else if (encoding !== undefined) {
      this.part = /(?:^|,)[ \t]*chunked$/i.test(encoding) ? 'chunk-size' : 'content-until-close';
    } else if (length === undefined) this.part = 'content-until-close';
    else {
      this.missingBytes = lengthOf(length);
      this.part = this.missingBytes === 0 ? 'done' : 'content';
    }
  }

  private addContent(bytes: Buffer): void {
    this.contentBytes += bytes.length;
    if (this.contentBytes > this.maxContentBytes) {
      this.isCut = true;
      this.part = 'done';
    } else {
      this.pieces.push(bytes);
    }
  }
}

function headersOf(lines: readonly string[]): Readonly<Record<string, string>> {
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const line of lines) {
    const [, name, value] = FIELD.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new MalformedAnswerError('it has a header that is none');
    const key = name.toLowerCase();
    const before = headers[key];
    headers[key] = before === undefined ? value : `${before}, ${value}`;
  }
  return headers;
}

/** Repeated lengths must be the same one. */
function lengthOf(text: string): number {
  const lengths = new Set(text.split(',').map((part) => part.trim()));
  const [length = ''] = lengths;
  if (lengths.size !== 1 || !/^\d{1,15}$/.test(length)) throw new MalformedAnswerError('its length is not a number');
  return Number(length);
}
