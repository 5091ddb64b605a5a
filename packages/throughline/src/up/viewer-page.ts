import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { webAppFolder } from './web-app-folder.ts';

/** The page that shows a trace without a server, as it is built now; undefined before it is. */
export async function viewerPage(): Promise<string | undefined> {
  try {
    return await readFile(join(webAppFolder(), 'portable', 'viewer.html'), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
