import { type BundledFile, HUB_KEY, MAX_KEPT_FILES } from './bundled-modules.ts';

/**
 * What is put behind a CommonJS file in a bundle: it hands the file's exports to whoever instruments it and takes them
 * back. It needs nothing but the language, so that it runs in every kind of bundle, with tracing or without.
 */
export function publishingCode({ module, version, path, isMain }: Omit<BundledFile, 'exports'>): string {
  const names = `module: ${JSON.stringify(module)}, version: ${JSON.stringify(version)}, path: ${JSON.stringify(path)}`;
  return `
;(function () {
  var key = Symbol.for(${JSON.stringify(HUB_KEY)});
  if (!globalThis[key]) Object.defineProperty(globalThis, key, { value: { files: [] } });
  var hub = globalThis[key], file = { ${names}, isMain: ${isMain}, exports: module.exports };
  if (hub.files.length < ${MAX_KEPT_FILES}) hub.files.push(file);
  if (hub.patch) hub.patch(file);
  if (file.exports !== module.exports) module.exports = file.exports;
})();
`;
}
