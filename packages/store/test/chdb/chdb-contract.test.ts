import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openChdbStore } from '../../src/index.ts';
import { spanStoreContract } from '../../testing/span-store-contract.ts';

const directory = await mkdtemp(join(tmpdir(), 'throughline-store-'));
afterAll(() => rm(directory, { recursive: true, force: true }));

// Its cases write one after the other: no insert waits for others to gather with.
spanStoreContract('the chDB store', () => openChdbStore({ directory, insertIntervalMs: 0 }));
