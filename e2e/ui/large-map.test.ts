import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { describeApp } from './app-under-test.ts';

const SERVICES = 140;
const start = Math.floor(Date.now() / 1000) - 60;

/** A trace in which each service calls up to three others: more boxes and arrows than are drawn while they move. */
function manyCalls(): readonly object[] {
  const hex = (value: number): string => value.toString(16).padStart(16, '0');
  let next = 1;
  const span = (service: number, parent: number | undefined, kind: string): readonly [number, object] => {
    const id = next++;
    const body = {
      trace_id: '5eed0000000000000000000000000003',
      span_id: hex(id),
      ...(parent !== undefined && { parent_span_id: hex(parent) }),
      name: 'call',
      kind,
      service_name: `service-${service}`,
      start_time: start + id / 1e4,
      end_time: start + 0.5 + id / 1e4,
    };
    return [id, body];
  };
  const spans: object[] = [];
  const server = new Map<number, number>();
  const [root, rootSpan] = span(0, undefined, 'SERVER');
  spans.push(rootSpan);
  server.set(0, root);
  for (let caller = 0; caller < SERVICES; caller++) {
    for (const callee of [2 * caller + 1, 2 * caller + 2, caller + 7]) {
      const parent = server.get(caller);
      if (callee >= SERVICES || parent === undefined) continue;
      const [client, clientSpan] = span(caller, parent, 'CLIENT');
      const [served, servedSpan] = span(callee, client, 'SERVER');
      spans.push(clientSpan, servedSpan);
      if (!server.has(callee)) server.set(callee, served);
    }
  }
  return spans;
}

interface Box {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

describeApp('a map of many services', {}, (app) => {
  const open = async (): Promise<Page> => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify(manyCalls());
    expect((await fetch(`${app.url}/v1/traces`, { method: 'POST', headers, body })).status).toBe(200);
    const page = await app.open('/map');
    await expect.poll(async () => (await app.drawn(page, 'map'))?.nodes.length).toBe(SERVICES);
    expect((await app.drawn(page, 'map')).edges.length).toBeGreaterThan(200);
    return page;
  };
  const canvasOf = (page: Page) => page.getByTestId('map-canvas').locator('canvas');
  const boxesOf = async (page: Page): Promise<readonly Box[]> => (await app.drawn(page, 'map')).nodes;
  /** A box with its middle well within the screen, the nearest to the screen's. */
  const middleBox = async (page: Page): Promise<Box> => {
    const size = await canvasOf(page).evaluate(({ clientWidth, clientHeight }) => ({ clientWidth, clientHeight }));
    const distance = ({ x, y, width, height }: Box): number =>
      Math.hypot(x + width / 2 - size.clientWidth / 2, y + height / 2 - size.clientHeight / 2);
    const box = (await boxesOf(page)).toSorted((a, b) => distance(a) - distance(b))[0];
    if (box === undefined) throw new Error('no boxes');
    return box;
  };
  /** What is chosen by a click into the middle of a box. */
  const click = async (page: Page, { x, y, width, height }: Box): Promise<void> => {
    await canvasOf(page).click({ position: { x: x + width / 2, y: y + height / 2 } });
  };
  const isChosen = async (page: Page, { id }: Box): Promise<void> => {
    await expect.poll(async () => (await app.drawn(page, 'map')).chosen).toBe(id);
  };

  test('is hit where it is drawn, after it was moved and zoomed', async () => {
    const page = await open();
    const canvas = canvasOf(page);
    const place = await canvas.boundingBox();
    if (place === null) throw new Error('no canvas');
    const middle = { x: place.x + place.width / 2, y: place.y + place.height / 2 };
    const first = await middleBox(page);
    await click(page, first);
    await isChosen(page, first);

    const before = await app.drawn(page, 'map');
    await page.mouse.move(middle.x, middle.y);
    await page.mouse.wheel(0, -500);
    await expect.poll(async () => (await app.drawn(page, 'map')).viewport.scale).toBeGreaterThan(before.viewport.scale);
    const zoomed = await middleBox(page);
    await click(page, zoomed);
    await isChosen(page, zoomed);

    // Dragged by its ground or a box, which is no click.
    const from = (await boxesOf(page)).find(({ id }) => id === zoomed.id);
    await page.mouse.move(middle.x, middle.y);
    await page.mouse.down();
    await page.mouse.move(middle.x - 90, middle.y - 60, { steps: 3 });
    await page.mouse.up();
    const placeOfZoomed = async (): Promise<Box | undefined> =>
      (await boxesOf(page)).find(({ id }) => id === zoomed.id);
    // It is drawn with the next frame.
    await expect.poll(async () => ((await placeOfZoomed())?.x ?? 0) - (from?.x ?? 0)).toBeCloseTo(-90, 0);
    await expect.poll(async () => ((await placeOfZoomed())?.y ?? 0) - (from?.y ?? 0)).toBeCloseTo(-60, 0);
    await isChosen(page, zoomed);
    const other = (await boxesOf(page)).find(
      ({ id, x, y, width, height }) =>
        id !== zoomed.id && x > 0 && y > 0 && x + width < place.width && y + height < place.height,
    );
    if (other === undefined) throw new Error('no other box in sight');
    await click(page, other);
    await isChosen(page, other);
  });

  test('the picture that moves has its boxes where they are said to be, as the map at rest has', async () => {
    const page = await open();
    // Zoomed in, so that the mark of a service is some pixels large.
    const { scale } = (await app.drawn(page, 'map')).viewport;
    await page.getByTestId('map-canvas').hover();
    await page.mouse.wheel(0, -700);
    await expect.poll(async () => (await app.drawn(page, 'map')).viewport.scale).toBeGreaterThan(2 * scale);
    const box = await middleBox(page);
    // Moved and looked at before it comes to rest.
    const colours = await canvasOf(page).evaluate(async (canvas: HTMLCanvasElement, id) => {
      const place = canvas.getBoundingClientRect();
      const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
      const at = (): { readonly x: number; readonly y: number; readonly colour: string } => {
        const drawn = window.__throughline?.['map']?.() as {
          readonly viewport: { readonly scale: number };
          readonly nodes: readonly { readonly id: string; readonly x: number; readonly y: number }[];
        };
        const node = drawn.nodes.find((each) => each.id === id);
        if (node === undefined) throw new Error('the box is gone');
        // The middle of the mark of its service.
        const x = node.x + 14 * drawn.viewport.scale;
        const y = node.y + 16 * drawn.viewport.scale;
        const pixel = canvas
          .getContext('2d')
          ?.getImageData(Math.round(x * devicePixelRatio), Math.round(y * devicePixelRatio), 1, 1).data;
        return { x, y, colour: [...(pixel ?? [])].join() };
      };
      const drag = (type: string, x: number, y: number): void => {
        const where = { clientX: place.x + x, clientY: place.y + y, pointerId: 1, button: 0, bubbles: true };
        canvas.dispatchEvent(new PointerEvent(type, where));
      };
      canvas.setPointerCapture = () => undefined;
      const still = at();
      drag('pointerdown', 100, 100);
      drag('pointermove', 140, 130);
      let moving = still;
      while (moving.x === still.x) {
        await frame();
        moving = at();
      }
      drag('pointerup', 140, 130);
      await new Promise((resolve) => setTimeout(resolve, 400));
      return { still, moving, rest: at() };
    }, box.id);
    const { still, moving, rest } = colours;
    expect(moving.x - still.x).toBeCloseTo(40, 0);
    expect(moving.y - still.y).toBeCloseTo(30, 0);
    expect(rest).toMatchObject({ x: moving.x, y: moving.y });
    expect(moving.colour).toBe(still.colour);
    expect(rest.colour).toBe(still.colour);
  });
});
