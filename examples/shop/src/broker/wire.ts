import { createInterface } from 'node:readline';
import type { Socket } from 'node:net';
import type { Message, Topic } from '../queue/message-queue.ts';

// The broker's protocol: JSON objects over TCP, one a line.

/** What a client says. Requests with `sequence` are answered in any order. */
export type ClientFrame =
  | { readonly do: 'publish'; readonly sequence: number; readonly topic: Topic; readonly message: Message }
  | {
      readonly do: 'subscribe';
      readonly sequence: number;
      readonly topic: Topic;
      readonly subscriber: string;
      readonly prefetch: number;
    }
  | { readonly do: 'settle'; readonly delivery: string; readonly outcome: 'done' | 'again' };

/** What the broker says. */
export type BrokerFrame =
  | { readonly is: 'done'; readonly sequence: number }
  | { readonly is: 'refused'; readonly sequence: number; readonly code: string; readonly message: string }
  | {
      readonly is: 'delivery';
      /** Names the delivery when it is settled. */
      readonly delivery: string;
      readonly topic: Topic;
      readonly message: Message;
      readonly redelivered: boolean;
    };

export function sendFrame(socket: Socket, frame: ClientFrame | BrokerFrame): void {
  if (socket.writable) socket.write(`${JSON.stringify(frame)}\n`);
}

/** Calls `take` for each object until the connection ends. A line that is no JSON ends the connection. */
export function readFrames(socket: Socket, take: (frame: unknown) => void): void {
  createInterface({ input: socket }).on('line', (line) => {
    let frame: unknown;
    try {
      frame = JSON.parse(line);
    } catch {
      socket.destroy(new Error('a line that is no frame'));
      return;
    }
    take(frame);
  });
}
