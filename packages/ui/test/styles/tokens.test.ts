import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { MARK_TOKENS } from '../../src/canvas/marks.ts';
import { SERVICE_COLOUR_COUNT } from '../../src/trace/service-colours.ts';

const css = readFileSync(new URL('../../src/styles/tokens.css', import.meta.url), 'utf8');
const tokens = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)].map((match) => [
    match[1] ?? '',
    [match[2] ?? '', match[3] ?? ''] as const,
  ]),
);

/** Contrast ratio after WCAG 2.2, "relative luminance". */
function contrast(a: string, b: string): number {
  const luminance = (hex: string): number => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [light, dark] = [Math.max(luminance(a), luminance(b)), Math.min(luminance(a), luminance(b))];
  return (light + 0.05) / (dark + 0.05);
}

function expectContrast(mark: string, ground: string, least: number): void {
  for (const theme of [0, 1] as const) {
    const [on, under] = [tokens.get(mark)?.[theme] ?? '', tokens.get(ground)?.[theme] ?? ''];
    expect(on, mark).not.toBe('');
    expect(under, ground).not.toBe('');
    const ratio = contrast(on, under);
    expect(ratio, `${mark} on ${ground}, ${theme === 0 ? 'light' : 'dark'}`).toBeGreaterThanOrEqual(least);
  }
}

describe('contrast after WCAG AA', () => {
  it.each(
    [
      ['text', ['ground', 'surface', 'sunken', 'hover', 'accent-soft', 'match', 'error-soft']],
      ['text-muted', ['ground', 'surface', 'sunken', 'hover', 'accent-soft']],
      ['text-faint', ['ground', 'surface', 'hover']],
      ['accent', ['ground', 'surface']],
      ['error', ['ground', 'surface', 'hover', 'error-soft']],
      ['warning', ['surface', 'warning-soft']],
      ['success', ['surface']],
      ['on-accent', ['accent', 'accent-strong']],
      ['on-error', ['error']],
    ].flatMap(([mark, grounds]) => [...(grounds ?? [])].map((ground) => [String(mark), ground] as const)),
  )('of the text %s on %s', (mark, ground) => {
    expectContrast(mark, ground, 4.5);
  });

  it.each(MARK_TOKENS.map((token) => [token] as const))('of the mark %s', (token) => {
    // Durations are written on bars in the surface's colour.
    expectContrast(token, 'surface', 3);
  });

  it('of the focus ring', () => {
    expectContrast('accent', 'sunken', 3);
  });
});

it('has a class for every mark', () => {
  const classes = readFileSync(new URL('../../src/styles/mark-colour.module.css', import.meta.url), 'utf8');
  for (const [mark, token] of MARK_TOKENS.entries()) {
    if (mark < SERVICE_COLOUR_COUNT) continue;
    expect(classes).toMatch(new RegExp(`\\.mark${mark} \\{\\s*--service-colour: var\\(--${token}\\);`));
  }
});

it('has a class for every service colour', () => {
  const classes = readFileSync(new URL('../../src/styles/service-colour.module.css', import.meta.url), 'utf8');
  for (let index = 0; index < SERVICE_COLOUR_COUNT; index++) {
    expect(classes).toMatch(new RegExp(`\\.service${index} \\{\\s*--service-colour: var\\(--service-${index}\\);`));
  }
});
