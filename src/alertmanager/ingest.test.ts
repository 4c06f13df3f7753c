import { describe, expect, it } from 'vitest';
import type { HeldAlert } from './alert-store.ts';
import { type Intake, type IntakeParts, takeIn, takeInSlices } from './ingest.ts';
import type { PostedAlert } from './view.ts';

const ANY_NAMES = { mode: 'fallback' } as const;
const MIB = 1024 * 1024;
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`l${i}`, 'v']));
const nothingKnown: IntakeParts['store'] = { recall: () => undefined, remember: () => {} };
const taken = (posted: PostedAlert[], store = nothingKnown): Intake =>
  takeIn(posted, { now: 1000, resolveTimeout: 60, ...ANY_NAMES, store });
const problems = (labels: Record<string, string>, annotations: Record<string, string> = {}) =>
  taken([{ labels, annotations }]).problems;

describe('a posted alert', () => {
  it('may have a thousand labels and annotations, and a mebicharacter of them', () => {
    expect(problems(many(1000))).toEqual([]);
    expect(problems(many(999), { a: 'b' })).toEqual([]);
    expect(problems({ a: 'x'.repeat(MIB - 1) })).toEqual([]);
  });

  it('that is larger is refused', () => {
    expect(problems(many(999), { a: 'b', c: 'd' })).toEqual([
      'alert too large: it has 1001 labels and annotations, at most 1000 are taken; send what is longer elsewhere and link to it',
    ]);
    expect(problems({ a: 'b' }, { text: 'x'.repeat(MIB) })).toEqual([
      'alert too large: it has 1048582 characters of labels and annotations, at most 1048576 are taken; send what is longer elsewhere and link to it',
    ]);
  });

  it('that is wrong does not keep the others out', () => {
    const { alerts, problems: found } = taken([{ labels: many(1001) }, { labels: {} }, { labels: { a: 'b' } }]);
    expect(alerts.map(({ alert: { labels, startsAt, endsAt } }) => [labels.toRecord(), startsAt, endsAt])).toEqual([
      [{ a: 'b' }, 1000, 1060],
    ]);
    expect(found).toEqual([expect.stringContaining('alert too large'), 'at least one label pair required']);
  });

  it('that is known keeps its labels, and its annotations while they are the same', () => {
    const first = taken([{ labels: { b: '2', a: '1' }, annotations: { text: 'x' } }]).alerts[0]!;
    const again = (posted: Partial<PostedAlert>, known: HeldAlert | undefined = first) =>
      taken([{ labels: { b: '2', a: '1' }, ...posted }], { ...nothingKnown, recall: () => known }).alerts[0]!;
    expect(again({ annotations: { text: 'x' } })).toEqual(first);
    expect(again({ annotations: { text: 'x' } }).alert.labels).toBe(first.alert.labels);
    expect(again({ annotations: { text: 'x' } }).alert.annotations).toBe(first.alert.annotations);
    expect(again({ annotations: { text: 'y' } }).alert.annotations.toRecord()).toEqual({ text: 'y' });
    expect(again({ annotations: { text: 'x', more: 'z' } }).alert.annotations.size).toBe(2);
    expect(again({}).alert.annotations.size).toBe(0);
    expect(again({ generatorURL: '/g', endsAt: 5, startsAt: 4 }).alert).toMatchObject({
      ...{ generatorURL: '/g', startsAt: 4, endsAt: 5, timeout: false },
    });
  });

  it('is as wrong when it is known', () => {
    const known = taken([{ labels: { a: '1' } }]).alerts[0]!;
    const again = (posted: Partial<PostedAlert>) =>
      taken([{ labels: { a: '1' }, ...posted }], { ...nothingKnown, recall: () => known }).problems;
    expect(again({ annotations: { '': 'x' } })).toEqual(['invalid annotations: invalid name ""']);
    expect(again({ startsAt: 5, endsAt: 4 })).toEqual(['start time must be before end time']);
    expect(again({ annotations: many(1000) })).toEqual([expect.stringContaining('alert too large')]);
  });
});

describe('names of labels and annotations', () => {
  const problemsIn = (mode: IntakeParts['mode'], labels: object, annotations: object = {}) => {
    const posted = [{ labels: { ok: 'x', ...labels }, annotations: { ...annotations } }];
    return takeIn(posted, { now: 1000, resolveTimeout: 60, mode, store: nothingKnown }).problems;
  };

  it('may be anything, but in classic mode only classic ones', () => {
    for (const mode of ['fallback', 'utf8'] as const)
      expect(problemsIn(mode, { '00': 'a', Σ: 'b', '🙂': 'c' }, { 'a-b': 'd' })).toEqual([]);
    expect(problemsIn('classic', { a_1: 'b', _: 'c' }, { A: 'd' })).toEqual([]);
    expect(problemsIn('classic', { Σ: 'b' })).toEqual(['invalid label set: invalid name "Σ"']);
    expect(problemsIn('classic', { 'a:b': 'b' })).toEqual(['invalid label set: invalid name "a:b"']);
    expect(problemsIn('classic', {}, { 'a-b': 'd' })).toEqual(['invalid annotations: invalid name "a-b"']);
    // What has no value is no label.
    expect(problemsIn('classic', { Σ: '' })).toEqual([]);
  });
});

describe('many posted alerts', () => {
  it('are sorted with turns for others in between, and none is left out', async () => {
    const posted = Array.from({ length: 1000 }, (_, i) => ({ labels: i % 10 === 0 ? {} : { n: String(i) } }));
    let [turns, isDone] = [0, false];
    const other = () => {
      turns++;
      if (!isDone) setImmediate(other);
    };
    setImmediate(other);
    const parts = { now: 1000, resolveTimeout: 60, ...ANY_NAMES, store: nothingKnown };
    const sorted = await takeInSlices(posted, parts);
    isDone = true;
    expect(sorted).toEqual(takeIn(posted, parts));
    expect([sorted.alerts.length, sorted.problems.length, turns]).toEqual([900, 100, 3]);
  });

  it('that a sender sends at once as a rule are sorted at once', async () => {
    let isOver = false;
    setImmediate(() => (isOver = true));
    await takeInSlices(
      Array.from({ length: 256 }, (_, i) => ({ labels: { n: String(i) } })),
      {
        ...{ now: 1000, resolveTimeout: 60, ...ANY_NAMES, store: nothingKnown },
      },
    );
    expect(isOver).toBe(false);
  });
});
