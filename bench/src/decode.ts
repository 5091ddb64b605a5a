import { gunzipSync, gzipSync } from 'node:zlib';
import { decodeOtlpColumns, decodeOtlpProtobuf } from '@throughline/wire';
import type { Benchmark, Figure } from './bench.ts';
import { SPANS_PER_TRACE, SyntheticTraces } from './synthetic-spans.ts';

const TRACES_PER_REQUEST = 28;
const ROUNDS = 7;

/** OTLP protobuf to columns, with the object decoder and gunzip beside it in the same run. */
export const decode: Benchmark = {
  name: 'decode',
  what: 'OTLP protobuf to columns, spans a second on one core',
  quick: true,
  run: async () => {
    const traces = new SyntheticTraces(1);
    const start = BigInt(Date.now()) * 1_000_000n;
    const requests = Array.from({ length: 200 }, () => traces.request(TRACES_PER_REQUEST, () => start));
    const zipped = requests.map((request) => gzipSync(request, { level: 6 }));
    const spanCount = requests.length * TRACES_PER_REQUEST * SPANS_PER_TRACE;
    const bytes = requests.reduce((sum, request) => sum + request.length, 0);
    const best = (work: () => void): number => {
      let fastest = Number.POSITIVE_INFINITY;
      for (let round = 0; round < ROUNDS; round++) {
        const before = process.hrtime.bigint();
        work();
        fastest = Math.min(fastest, Number(process.hrtime.bigint() - before) / 1e9);
      }
      return fastest;
    };
    const columnsSeconds = best(() => requests.forEach((request) => decodeOtlpColumns(request)));
    const objectsSeconds = best(() => requests.forEach((request) => decodeOtlpProtobuf(request)));
    const gunzipSeconds = best(() => zipped.forEach((request) => gunzipSync(request)));
    const figures: Figure[] = [
      { name: 'bytes a span, OTLP', value: bytes / spanCount, unit: 'bytes' },
      { name: 'columns', value: spanCount / columnsSeconds, unit: 'spans/s' },
      { name: 'objects', value: spanCount / objectsSeconds, unit: 'spans/s' },
      { name: 'columns against objects', value: objectsSeconds / columnsSeconds, unit: 'times faster' },
      { name: 'gunzip of the same', value: spanCount / gunzipSeconds, unit: 'spans/s' },
    ];
    return figures;
  },
};
