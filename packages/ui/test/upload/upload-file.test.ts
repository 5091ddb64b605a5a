import { expect, it } from 'vitest';

import { importedInWords } from '../../src/upload/upload-file.ts';

const imported = { span_count: 1, trace_count: 1, trace_ids: ['1'], rejected: {}, problem_count: 0, problems: [] };

it('says what of a file is stored now', () => {
  expect(importedInWords(imported)).toBe('1 span of 1 trace is stored now.');
  expect(importedInWords({ ...imported, span_count: 84_317, trace_count: 1_110 })).toBe(
    '84,317 spans of 1,110 traces are stored now.',
  );
});

it('says what was left out and why', () => {
  expect(importedInWords({ ...imported, span_count: 2, rejected: { bad_id: 1, no_time: 2 }, problem_count: 4 })).toBe(
    '2 spans of 1 trace are stored now. 3 spans were left out: 1 bad_id, 2 no_time. 4 parts of the file could not be read.',
  );
});
