import fc from 'fast-check';
import { expect, it } from 'vitest';

import { copyOfBlock, gatherColumns, partsOf, shellOf } from '../../../src/trace/in-worker/column-parts.ts';
import { arbitraryTrace } from '../arbitrary-trace.ts';

it('columns that are sent in parts arrive as they were, and no part is larger than asked', () => {
  fc.assert(
    fc.property(arbitraryTrace, fc.integer({ min: 1, max: 500 }), (columns, partBytes) => {
      const gatherer = gatherColumns(structuredClone(shellOf(columns, partBytes)));
      for (const part of partsOf(columns, partBytes)) {
        expect(part.bytes.buffer.byteLength).toBeLessThanOrEqual(partBytes);
        gatherer.add(structuredClone(part, { transfer: [part.bytes.buffer] }));
      }
      const blocks = columns.detailBlocks.map((original) => {
        const { block, buffer } = copyOfBlock(original);
        return structuredClone(block, { transfer: [buffer] });
      });
      expect(gatherer.columns(blocks)).toEqual(columns);
    }),
  );
});

it('small columns are sent whole, and none of them takes a larger buffer along', () => {
  fc.assert(
    fc.property(arbitraryTrace, (columns) => {
      const { small, large } = shellOf(columns);
      expect(large).toEqual([]);
      expect([...partsOf(columns)]).toEqual([]);
      expect(small).toEqual({ ...columns, detailBlocks: [] });
      for (const column of Object.values(small).flat()) {
        if (ArrayBuffer.isView(column)) expect(column.buffer.byteLength).toBe(column.byteLength);
      }
    }),
  );
});
