import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compressedFiles } from './compressed-files.ts';

/** Where `npm run dev` finds the API: a running server. */
const apiUrl = process.env['THROUGHLINE_URL'] ?? 'http://127.0.0.1:16686';

export default defineConfig({
  // Relative addresses: the page's <base> decides where the app lives.
  base: './',
  plugins: [react(), compressedFiles()],
  // The packages below are read from their sources, so that the app builds before they are.
  resolve: { conditions: ['throughline-source', 'module', 'browser', 'development|production'] },
  build: {
    target: ['chrome123', 'edge123', 'firefox121', 'safari17.5'],
    sourcemap: false,
    // No data: addresses, so that a policy need not allow them.
    assetsInlineLimit: 0,
  },
  server: { proxy: { '/v1': apiUrl, '/health': apiUrl } },
});
