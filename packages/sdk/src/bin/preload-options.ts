/** What makes a Node.js process start tracing. */
export function registerOptions(): readonly string[] {
  return preload('register/register', 'register');
}

/** What makes a Node.js process record what becomes of its modules, for the doctor. */
export function recordOptions(): readonly string[] {
  return preload('doctor/record', 'record');
}

/** A file URL holds no spaces, and only `--import` takes one. From its sources the SDK finds its parts under a condition. */
function preload(source: string, built: string): readonly string[] {
  return import.meta.url.endsWith('.ts')
    ? ['--conditions=throughline-source', '--import', new URL(`../${source}.ts`, import.meta.url).href]
    : ['--import', new URL(`${built}.js`, import.meta.url).href];
}
