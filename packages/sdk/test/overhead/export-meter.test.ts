import { expect, test } from 'vitest';

import { ExportMeter } from '../../src/overhead/export-meter.ts';
import { OverheadMeter } from '../../src/overhead/overhead-meter.ts';
import { RECORDING } from '../../src/overhead/stopwatch.ts';

/** Every second section is timed, after the first one. */
function meters() {
  let nowMs = 1000;
  const meter = new OverheadMeter({ clock: () => nowMs, chooseInterval: () => 2 });
  const tick = (ms: number): void => {
    nowMs += ms;
  };
  return { meter, sections: new ExportMeter(meter), tick };
}

test('a section within another one is part of it, whether that is timed or not', () => {
  const { sections, tick } = meters();
  for (let n = 0; n < 9; n++) {
    const result = sections.section(() => {
      tick(1);
      sections.section(() => tick(2));
      return n;
    });
    expect(result).toBe(n);
  }
  expect(sections.sectionsMs).toBe(9 * 3);
});

test('a section that throws counts, and the next one is not part of it', () => {
  const { sections, tick } = meters();
  for (let n = 0; n < 5; n++) {
    const failing = (): void => {
      tick(4);
      throw new Error('no encoding');
    };
    expect(() => sections.section(failing)).toThrow('no encoding');
  }
  expect(sections.sectionsMs).toBe(5 * 4);
});

test('no section counts for the span during which it runs, timed or not', () => {
  const { meter, sections, tick } = meters();
  for (let n = 0; n < 4; n++) {
    meter.watch.begin(100, RECORDING);
    tick(1 / 64);
    sections.section(() => tick(4));
    tick(1 / 32);
    meter.end();
  }
  expect(meter.watch.totalNano(RECORDING)).toBe((4 * 100 * 3e6) / 64);
  // The first and the third are timed; the third stands for two.
  expect(sections.sectionsMs).toBe(3 * 4);
});

test('what a section takes beyond 5 ms counts once', () => {
  const { sections, tick } = meters();
  for (const ms of [1, 2, 65]) sections.section(() => tick(ms));
  // The third stands for the second too.
  expect(sections.sectionsMs).toBe(1 + 2 * 5 + 60);
});
