import { fileURLToPath } from 'node:url';

import { type BundlerPluginOptions, instrumentedPackages } from './instrumented-packages.ts';
import { REGISTER, registerCode } from './register-code.ts';

// What is used of webpack's plugin interface; Rspack has the same.
interface ResolveData {
  request: string;
  readonly context: string;
}
interface NormalModuleFactory {
  readonly hooks: {
    readonly beforeResolve: { tap(name: string, callback: (data: ResolveData) => void): void };
  };
}
interface Rule {
  readonly test: (file: string) => boolean;
  readonly loader: string;
  readonly options: object;
}
interface WebpackCompiler {
  readonly options: {
    readonly externalsPresets: { readonly node?: boolean | undefined };
    readonly module: { rules: unknown[] };
  };
  readonly hooks: {
    readonly afterEnvironment: { tap(name: string, callback: () => void): void };
    readonly normalModuleFactory: { tap(name: string, callback: (factory: NormalModuleFactory) => void): void };
    readonly thisCompilation: {
      tap(name: string, callback: (compilation: { readonly warnings: Error[] }) => void): void;
    };
  };
}

const NAME = '@throughline/sdk';

/** For `plugins` of webpack: code that it bundles for Node.js (`target: 'node'`) can be instrumented. */
export class ThroughlineWebpackPlugin {
  private readonly options: BundlerPluginOptions;

  constructor(options: BundlerPluginOptions = {}) {
    this.options = options;
  }

  apply(compiler: WebpackCompiler): void {
    // Only then are the defaults known.
    compiler.hooks.afterEnvironment.tap(NAME, () => this.instrument(compiler));
  }

  private instrument(compiler: WebpackCompiler): void {
    if (compiler.options.externalsPresets.node !== true) return;
    const instrumented = instrumentedPackages(this.options);
    let running: { readonly warnings: Error[] } | undefined;
    compiler.hooks.normalModuleFactory.tap(NAME, (factory) => {
      factory.hooks.beforeResolve.tap(NAME, (data) => {
        if (data.request === REGISTER) {
          data.request = `data:text/javascript,${encodeURIComponent(registerCode(instrumented))}`;
        } else if (instrumented.concerns(data.request)) {
          const path = instrumented.resolve(data.request, data.context, (message) =>
            running?.warnings.push(new Error(message)),
          );
          if (path !== undefined) data.request = path;
        }
      });
    });
    compiler.hooks.thisCompilation.tap(NAME, (compilation) => {
      running = compilation;
    });
    const rule: Rule = {
      test: (file) => instrumented.codeBehind(file) !== undefined,
      loader: fileURLToPath(new URL('webpack-loader.cjs', import.meta.url)),
      options: { codeBehind: instrumented.codeBehind },
    };
    compiler.options.module.rules.push(rule);
  }
}
