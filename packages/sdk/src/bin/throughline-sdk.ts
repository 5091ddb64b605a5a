import { runSdkCommand } from './sdk-command.ts';

// No top-level await: CommonJS has none, and this is built as both.
void runSdkCommand(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
