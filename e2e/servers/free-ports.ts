import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';

/** Ports on 127.0.0.1 that nobody listens on, for servers that cannot take one from the system themselves. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const holders: Server[] = [];
  const ports: number[] = [];
  for (let i = 0; i < count; i++) {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    holders.push(holder);
    // A server that listens on a port has an address of this kind.
    ports.push((holder.address() as AddressInfo).port);
  }
  await Promise.all(holders.map((holder) => once(holder.close(), 'close')));
  return ports;
}
