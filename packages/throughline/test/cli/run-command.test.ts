import { runThroughline } from 'throughline/testing/throughline-process';
import { expect, test } from 'vitest';

const PROGRAM = `
  const { OTEL_SERVICE_NAME, UV_THREADPOOL_SIZE, NODE_OPTIONS } = process.env;
  console.log(JSON.stringify({ OTEL_SERVICE_NAME, UV_THREADPOOL_SIZE, traced: NODE_OPTIONS.includes('register') }));
  process.exit(5);
`;

test('run is the run of the SDK', async () => {
  const flags = ['--service-name', 'shop', '--traces-exporter', 'none'];
  const env = { UV_THREADPOOL_SIZE: '3' };
  const [ran, mistaken, help] = await Promise.all([
    runThroughline(['run', ...flags, '--', process.execPath, '--eval', PROGRAM], { env }),
    runThroughline(['run', '--sampel', 'x']),
    runThroughline(['run', '--help']),
  ]);
  expect(ran).toEqual({
    code: 5,
    stdout: `${JSON.stringify({ OTEL_SERVICE_NAME: 'shop', UV_THREADPOOL_SIZE: '3', traced: true })}\n`,
    stderr: '',
  });
  expect(mistaken.code).toBe(2);
  expect(mistaken.stderr).toBe('throughline: invalid_usage: there is no flag --sampel; did you mean "--sampler"?\n');
  expect(help.stdout).toContain('Usage: throughline run [flags] -- COMMAND');
});
