import { expect, it } from 'vitest';
import { type Alert, fingerprint } from '#model/alert';
import { Labels } from '#model/labels';
import type { HeldAlert } from './alert-store.ts';
import { NameLimit } from './name-limit.ts';

function held(alertname: string, instance: string, endsAt: number): HeldAlert {
  const labels = Labels.from({ alertname, instance });
  const times = { startsAt: 0, endsAt, updatedAt: 0, timeout: false };
  const alert: Alert = { labels, annotations: Labels.from({}), generatorURL: '', ...times };
  return { fingerprint: fingerprint(labels), alert };
}

it('takes as many alerts of each name as it says, and those that it knows again', () => {
  const limit = new NameLimit(2);
  const admits = (name: string, instance: string) => limit.admits(held(name, instance, 100), 0);
  expect([admits('A', '1'), admits('A', '2'), admits('A', '3'), admits('B', '3')]).toEqual([true, true, false, true]);
  expect([admits('A', '1'), admits('A', '2'), admits('A', '3')]).toEqual([true, true, false]);
});

it('gives the places of alerts that have ended to others', () => {
  const limit = new NameLimit(2);
  limit.admits(held('A', '1', 100), 0);
  limit.admits(held('A', '2', 200), 0);
  expect(limit.admits(held('A', '3', 300), 100)).toBe(false);
  expect(limit.admits(held('A', '3', 300), 101)).toBe(true);
  expect(limit.admits(held('A', '1', 300), 102)).toBe(false);
  limit.note(held('A', '3', 110));
  expect(limit.admits(held('A', '1', 300), 111)).toBe(true);
});

it('goes by what is held after alerts were merged', () => {
  const limit = new NameLimit(1);
  limit.admits(held('A', '1', 100), 0);
  limit.note(held('A', '1', 500));
  expect(limit.admits(held('A', '2', 600), 300)).toBe(false);
  limit.collectGarbage(300);
  expect(limit.admits(held('A', '2', 600), 300)).toBe(false);
  limit.collectGarbage(501);
  expect(limit.admits(held('A', '2', 600), 400)).toBe(true);
});

it('counts alerts that were there before it even beyond the limit', () => {
  const limit = new NameLimit(1);
  for (const instance of ['1', '2']) limit.note(held('A', instance, 100));
  expect([limit.admits(held('A', '2', 100), 0), limit.admits(held('A', '3', 100), 0)]).toEqual([true, false]);
});

it('is none when it is zero', () => {
  const limit = new NameLimit(0);
  const taken = Array.from({ length: 1000 }, (_, i) => limit.admits(held('A', String(i), 1), 0));
  expect(taken).not.toContain(false);
});
