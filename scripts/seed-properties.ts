// Runs before each test file. Property tests draw new examples on every run, but in CI always the same ones, so that a
// change is judged by what it changed. `THROUGHLINE_PROPERTY_SEED` repeats a run.
import * as fc from 'fast-check';

const seed = process.env['THROUGHLINE_PROPERTY_SEED'] ?? (process.env['CI'] === 'true' ? '20260101' : undefined);
if (seed !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });
