import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openChdbStore } from '../../src/index.ts';
import { spanStoreContract } from '../../testing/span-store-contract.ts';

const directory = await mkdtemp(join(tmpdir(), 'throughline-store-'));
afterAll(() => rm(directory, { recursive: true, force: true }));

spanStoreContract('the chDB store', () => openChdbStore({ directory }));
