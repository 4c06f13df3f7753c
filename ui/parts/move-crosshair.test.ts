import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { onCrosshair } from './crosshair.ts';
import { moveCrosshair } from './move-crosshair.ts';

const frames: (() => void)[] = [];

function nextFrame(): void {
  for (const run of frames.splice(0)) run();
}

beforeEach(() => {
  vi.stubGlobal('requestAnimationFrame', (run: () => void) => frames.push(run));
});

afterEach(() => {
  vi.unstubAllGlobals();
  frames.length = 0;
});

function charts(count: number) {
  const told: (number | null)[] = new Array(count).fill(-1);
  const stops = told.map((_, i) => onCrosshair('board', (time) => told.splice(i, 1, time)));
  return { told, stops, leave: () => stops.map((stop) => stop()) };
}

describe('charts that show the same instant', () => {
  it('are told in the next frame, and of the last place only', () => {
    const { told, leave } = charts(3);
    moveCrosshair('board', 1, told);
    moveCrosshair('board', 2, told);
    moveCrosshair('other', 3, told);
    expect(told).toEqual([-1, -1, -1]);
    nextFrame();
    expect(told).toEqual([2, 2, 2]);
    expect(frames).toEqual([]);
    leave();
  });

  it('are told a few neighbours at a time, until all are', () => {
    const { told, leave } = charts(20);
    const counts = (time: number | null) => told.filter((one) => one === time).length;
    moveCrosshair('board', 1, told);
    nextFrame();
    expect(told.slice(0, 9)).toEqual([...new Array(8).fill(1), -1]);
    // What moves meanwhile does not start over: those at the end have their turn.
    moveCrosshair('board', 2, told);
    nextFrame();
    expect(told.slice(7, 17)).toEqual([1, ...new Array(8).fill(2), -1]);
    nextFrame();
    expect([counts(1), counts(2)]).toEqual([8, 12]);
    nextFrame();
    expect(counts(2)).toBe(20);
    expect(frames).toEqual([]);
    leave();
  });

  it('are all told although one goes away in between', () => {
    const { told, stops, leave } = charts(12);
    moveCrosshair('board', null, told);
    nextFrame();
    stops[2]!();
    while (frames.length > 0) nextFrame();
    expect(told).toEqual(new Array(12).fill(null));
    leave();
    moveCrosshair('board', 5, told);
    expect(frames).toEqual([]);
  });
});
