export { type EsbuildPlugin, throughlineEsbuild } from './esbuild-plugin.ts';
export type { BundlerPluginOptions } from './instrumented-packages.ts';
export { type RollupPlugin, throughlineRollup, throughlineRollup as throughlineVite } from './rollup-plugin.ts';
export { ThroughlineWebpackPlugin } from './webpack-plugin.ts';
