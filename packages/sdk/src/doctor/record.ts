/*
 * Preloaded by `throughline-sdk doctor --run --as-is`: records, and leaves it to the application to start tracing.
 */
import { isLoaderThread } from '../register/traced-process.ts';
import { startRecorder } from './recorder.ts';

if (!isLoaderThread()) startRecorder();
