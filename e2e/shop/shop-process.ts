import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../examples/shop/src/main.ts', import.meta.url));

export interface ShopProcess extends AsyncDisposable {
  /** Of the gateway. */
  readonly url: string;
  /** SIGTERM. Resolves when all services have exported their spans and ended. */
  stop(): Promise<{ readonly code: number | null; readonly errors: string }>;
}

/** Starts services of the example as its users do, on ports the system picks. */
export async function startShop(
  services: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<ShopProcess> {
  const child = spawn(process.execPath, [MAIN, '--free-ports', ...services], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });
  const exited = once(child, 'close');
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const url = await Promise.race([
    new Promise<string>((resolve) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const shop = /^shop: +(http:\S+)$/.exec(line)?.[1];
        if (shop !== undefined) resolve(shop);
      });
    }),
    exited.then(([code]) => Promise.reject(new Error(`the shop ended with ${code} before it was ready\n${errors}`))),
  ]);
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await exited;
    return { code: child.exitCode, errors };
  };
  return {
    url,
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
    },
  };
}
