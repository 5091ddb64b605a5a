import { describe, expect, it, vi } from 'vitest';

import { commandOf } from '../../src/trace/keyboard.ts';
import { runCommand } from '../../src/trace/run-command.ts';
import { createTraceView } from '../../src/trace/trace-view.ts';
import { allArrived } from '../../src/trace/details-arrival.ts';
import { columnsOf } from './columns-of.ts';

const columns = columnsOf([
  { startMs: 0, durationMs: 100 },
  { parent: 0, startMs: 10, durationMs: 20 },
  { parent: 1, startMs: 12, durationMs: 4, error: true },
  { parent: 0, startMs: 60, durationMs: 20 },
]);

function pressing(view: ReturnType<typeof createTraceView>, ...keys: readonly string[]) {
  const host = {
    focusFind: vi.fn(),
    toggleHelp: vi.fn(),
    showTab: vi.fn(),
    toggleClocks: vi.fn(),
    closeOverlay: () => false,
  };
  for (const key of keys) {
    const command = commandOf({ key, ctrlKey: false, altKey: false, metaKey: false });
    if (command !== undefined) runCommand(command, view, host);
  }
  return host;
}

describe('the keys of the trace page', () => {
  it('walk, fold and open', () => {
    const view = createTraceView(columns, allArrived);
    pressing(view, 'ArrowDown', 'ArrowLeft');
    expect([...view.state().rows]).toEqual([0, 1, 3]);
    pressing(view, 'ArrowDown', 'Enter');
    expect(view.state()).toMatchObject({ focusedRow: 3, selectedRow: 3 });
    pressing(view, 'ArrowUp');
    expect(view.state().selectedRow).toBe(1);
    pressing(view, 'Escape');
    expect(view.state().selectedRow).toBe(-1);
  });

  it('reveal an error that is folded away', () => {
    const view = createTraceView(columns, allArrived);
    pressing(view, 'c', 'e');
    expect(view.state().focusedRow).toBe(2);
    expect([...view.state().rows]).toContain(2);
  });

  it('leave the keyboard on a shown row when everything is folded', () => {
    const view = createTraceView(columns, allArrived);
    pressing(view, 'End', 'c');
    expect(view.state().focusedRow).toBe(0);
  });

  it('zoom around the focused span and back', () => {
    const view = createTraceView(columns, allArrived);
    pressing(view, 'ArrowDown', 'z');
    const { startNano, endNano } = view.state().viewport;
    expect([startNano, endNano]).toEqual([8e6, 32e6]);
    pressing(view, '+');
    expect(view.state().viewport.endNano - view.state().viewport.startNano).toBe(12e6);
    pressing(view, '0');
    expect(view.state().viewport).toEqual({ startNano: 0, endNano: 100e6 });
  });

  it('reach the find box and the help', () => {
    const host = pressing(createTraceView(columns, allArrived), 'f', '?');
    expect(host.focusFind).toHaveBeenCalledOnce();
    expect(host.toggleHelp).toHaveBeenCalledOnce();
  });

  it('leave the browser its own', () => {
    expect(commandOf({ key: 'f', ctrlKey: true, altKey: false, metaKey: false })).toBeUndefined();
    expect(commandOf({ key: 'F5', ctrlKey: false, altKey: false, metaKey: false })).toBeUndefined();
  });
});

it('tells listeners of changes until they leave', () => {
  const view = createTraceView(columns, allArrived);
  const listener = vi.fn();
  const stop = view.subscribe(listener);
  view.focus(1);
  view.focus(1);
  stop();
  view.focus(2);
  expect(listener).toHaveBeenCalledOnce();
});
