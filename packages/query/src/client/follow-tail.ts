import type { TraceSummaryAnswer } from '../native/answer-types.ts';
import { type CallOptions, type Connection, getStream, type Parameters } from './http.ts';

interface TailListener extends CallOptions {
  readonly onSkipped?: ((count: number) => void) | undefined;
  readonly onOpen?: (() => void) | undefined;
}

/** Reads `GET /v1/tail`, server-sent events, to its end. */
export async function followTail(
  connection: Connection,
  parameters: Parameters,
  onTrace: (trace: TraceSummaryAnswer) => void,
  { onSkipped, onOpen, signal }: TailListener,
): Promise<void> {
  const reader = new EventReader((event, data) => {
    // By the server's schemas, which its tests hold the events to.
    if (event === 'trace') onTrace(JSON.parse(data));
    else if (event === 'skipped') onSkipped?.(JSON.parse(data).count);
    else if (event === 'open') onOpen?.();
  });
  await getStream(connection, '/v1/tail', parameters, (text) => reader.push(text), { signal });
}

/** Takes apart a stream of server-sent events with lines that end in a line feed, as our server writes them. */
class EventReader {
  readonly #onEvent: (event: string, data: string) => void;
  #rest = '';
  #event = '';
  #data: string[] = [];

  constructor(onEvent: (event: string, data: string) => void) {
    this.#onEvent = onEvent;
  }

  push(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#take(line);
  }

  #take(line: string): void {
    if (line === '') {
      if (this.#data.length > 0) this.#onEvent(this.#event, this.#data.join('\n'));
      this.#event = '';
      this.#data = [];
    } else if (line.startsWith('event: ')) {
      this.#event = line.slice('event: '.length);
    } else if (line.startsWith('data: ')) {
      this.#data.push(line.slice('data: '.length));
    }
  }
}
