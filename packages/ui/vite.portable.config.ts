import { createHash } from 'node:crypto';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** The server puts the trace here, see `portablePage` of the query API. */
const TRACE_MARKER = '<!--throughline-trace-->';

/**
 * One page with all of the code in it, for traces that are saved to open without a server. Its policy allows just these
 * scripts and styles and nothing from anywhere else.
 */
function singlePage(): Plugin {
  return {
    name: 'throughline-single-page',
    enforce: 'post',
    generateBundle(_options, bundle) {
      let script = '';
      let style = '';
      for (const [name, file] of Object.entries(bundle)) {
        if (file.type === 'chunk' && file.isEntry) script = file.code;
        else if (file.type === 'asset' && name.endsWith('.css')) style = textOf(file.source);
        delete bundle[name];
      }
      if (script === '' || style === '') throw new Error('the viewer has no script or no style');
      this.emitFile({ type: 'asset', fileName: 'viewer.html', source: page(inScript(script), style) });
    },
  };
}

const NEW_WORKER = /new Worker\(\s*new URL\((['"][^'"]+['"]), import\.meta\.url\)(?:,\s*\{[^}]*\})?,?\s*\)/g;

/** Workers come with the page: the code of each is a text in it, started from a blob. */
function inlineWorkers(): Plugin {
  return {
    name: 'throughline-inline-workers',
    enforce: 'pre',
    transform(code, id) {
      if (!/\/ui\/src\/[^?]*$/.test(id) || !code.includes('new Worker(')) return undefined;
      const imports: string[] = [];
      const changed = code.replace(NEW_WORKER, (_, file: string) => {
        const name = `InlineWorker${imports.length}`;
        imports.push(`import ${name} from ${file.slice(0, -1)}?worker&inline${file.slice(-1)};`);
        return `new ${name}()`;
      });
      if (imports.length === 0) throw new Error(`${id}: a worker that is started in a way unknown here`);
      return `${imports.join('\n')}\n${changed}`;
    },
  };
}

function page(script: string, style: string): string {
  if (/<\/style/i.test(style)) throw new Error('the style would end its element');
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    'img-src data:',
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Trace · Throughline</title>
    <link rel="icon" href="data:," />
    <style>${style}</style>
  </head>
  <body>
    <div id="root"></div>
    <noscript>This saved trace needs JavaScript to be shown.</noscript>
    ${TRACE_MARKER}
    <script>${script}</script>
  </body>
</html>
`;
}

/** Within strings and comments, the only places where these can stand, the backslash changes nothing. */
function inScript(code: string): string {
  return code.replaceAll(/<(?=\/script|!--)/gi, '\\x3c');
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

function textOf(source: string | Uint8Array): string {
  return typeof source === 'string' ? source : new TextDecoder().decode(source);
}

export default defineConfig({
  plugins: [inlineWorkers(), react(), singlePage()],
  resolve: { conditions: ['throughline-source', 'module', 'browser', 'development|production'] },
  publicDir: false,
  build: {
    outDir: 'dist/portable',
    target: ['chrome123', 'edge123', 'firefox121', 'safari17.5'],
    sourcemap: false,
    cssCodeSplit: false,
    modulePreload: false,
    rolldownOptions: {
      // Nothing is loaded from beside the page, so nothing asks where it is.
      checks: { emptyImportMeta: false },
      input: 'src/portable/main.tsx',
      output: { format: 'iife', codeSplitting: false },
    },
  },
});
