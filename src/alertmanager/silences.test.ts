import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '#lib/log';
import type { MatcherSpec } from '#model/matcher';
import { AlertmanagerTimeline } from '#test/alertmanager';
import type { PostedSilence } from './view.ts';

const CONFIG = 'route: {receiver: r}\nreceivers: [{name: r}]';
const JOB: MatcherSpec = { name: 'job', operator: '=', value: 'a' };

let line: AlertmanagerTimeline;
beforeEach(async () => {
  line = new AlertmanagerTimeline();
  await line.open(CONFIG);
});
afterEach(() => line.dispose());

function silence(start: number, end: number, more: Partial<PostedSilence> = {}): PostedSilence {
  return {
    matchers: [JOB],
    startsAt: line.time(start),
    endsAt: line.time(end),
    createdBy: 'me',
    comment: 'c',
    ...more,
  };
}

const set = (posted: PostedSilence) => line.alertmanager.setSilence(posted);
const state = (id: string) => line.alertmanager.silence(id)?.state;

describe('a silence', () => {
  it('goes from pending to active to expired', async () => {
    const id = await set(silence(10, 20));
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(state(id)).toBe('pending');
    await line.until(10);
    expect(state(id)).toBe('active');
    await line.until(20);
    expect(state(id)).toBe('expired');
  });

  it('that is changed and ended at the same moment has ended, also after a restart', async () => {
    const id = await set(silence(0, 20));
    await line.until(5);
    await Promise.all([set({ ...silence(0, 100), id }), line.alertmanager.expireSilence(id)]);
    expect(line.alertmanager.silence(id)).toMatchObject({ state: 'expired', endsAt: line.time(5) });
    await line.close();
    await line.open(CONFIG);
    expect(line.alertmanager.silence(id)).toMatchObject({ state: 'expired', endsAt: line.time(5) });
  });

  it('never begins in the past', async () => {
    await line.until(10);
    const id = await set(silence(0, 20));
    expect(line.alertmanager.silence(id)).toMatchObject({ startsAt: line.time(10), updatedAt: line.time(10) });
  });

  it.each([
    [
      'active, longer and with another comment',
      5,
      (s: PostedSilence) => ({ ...s, endsAt: s.endsAt + 5, comment: 'd' }),
      true,
    ],
    ['active, start moved within the second', 5, (s: PostedSilence) => ({ ...s, startsAt: s.startsAt + 400 }), true],
    ['active, start moved', 5, (s: PostedSilence) => ({ ...s, startsAt: s.startsAt + 2000 }), false],
    ['active, other matchers', 5, (s: PostedSilence) => ({ ...s, matchers: [{ ...JOB, value: 'b' }] }), false],
    ['expired', 50, (s: PostedSilence) => ({ ...s, endsAt: s.endsAt + 100_000 }), false],
  ])('that is changed while %s', async (_, at, change, keepsId) => {
    const id = await set(silence(0, 20));
    await line.until(at);
    const changed = await set({ ...change(silence(0, 20)), id });
    expect(changed === id).toBe(keepsId);
    expect(state(changed)).toBe('active');
    if (!keepsId) expect(state(id)).toBe('expired');
  });

  it('that is pending may move its start, but not into the past', async () => {
    const id = await set(silence(10, 20));
    await line.until(2);
    expect(await set({ ...silence(3, 30), id })).toBe(id);
    expect(await set({ ...silence(1, 30), id })).not.toBe(id);
    expect(line.alertmanager.silence(id)).toMatchObject({
      state: 'expired',
      startsAt: line.time(2),
      endsAt: line.time(2),
    });
  });

  it('is expired at once; expiring again changes nothing; an unknown id is said', async () => {
    const id = await set(silence(0, 20));
    await line.until(5);
    await line.alertmanager.expireSilence(id);
    await line.until(6);
    await line.alertmanager.expireSilence(id);
    expect(line.alertmanager.silence(id)).toMatchObject({
      state: 'expired',
      endsAt: line.time(5),
      updatedAt: line.time(5),
    });
    await expect(line.alertmanager.expireSilence('nope')).rejects.toMatchObject({ code: 'silence-not-found' });
    await expect(set(silence(0, 20, { id: 'nope' }))).rejects.toMatchObject({ code: 'silence-not-found' });
  });

  const matchers = (...specs: MatcherSpec[]) => ({ matchers: specs });
  it.each([
    [0, 0, {}, 'Failed to create silence: start time must be before end time'],
    [-20, -10, {}, "Failed to create silence: end time can't be in the past"],
    [0, 1, matchers(), 'invalid silence: at least one matcher set required'],
    [0, 1, matchers({ ...JOB, name: '' }), 'invalid silence: invalid label matcher 0 in set 0: invalid label name ""'],
    [
      0,
      1,
      matchers({ ...JOB, operator: '=~', value: '(' }),
      /^invalid silence: invalid label matcher 0 in set 0: invalid regular expression "\(": /,
    ],
    [
      0,
      1,
      matchers({ ...JOB, value: '' }, { ...JOB, operator: '=~', value: '.*' }),
      /at least one matcher must not match the empty string/,
    ],
  ])('from %d to %d with %j is refused', async (start, end, more, message) => {
    await expect(set(silence(start, end, more))).rejects.toThrow(message);
    expect(line.alertmanager.silences()).toEqual([]);
  });

  it('may consist of a lone negative matcher', async () => {
    expect(await set(silence(0, 1, matchers({ ...JOB, operator: '!=', value: 'x' })))).toBeTruthy();
  });

  it('needs all its matchers to match', async () => {
    await line.post({ job: 'a', env: 'prod' });
    await line.post({ job: 'a', env: 'dev' });
    const id = await set(silence(0, 10, matchers(JOB, { name: 'env', operator: '!~', value: 'd.*' })));
    const silenced = () => line.alertmanager.alerts().filter(({ status }) => status.silencedBy.includes(id));
    expect(silenced().map(({ labels }) => labels['env'])).toEqual(['prod']);
    await line.until(10);
    expect(silenced()).toEqual([]);
  });
});

describe('the list of silences', () => {
  it('has active ones that end first, pending ones that start first, expired ones newest first', async () => {
    const times = [
      [0, 30],
      [0, 20],
      [15, 40],
      [12, 50],
      [0, 2],
      [0, 3],
    ] as const;
    const names = new Map<string, string>();
    for (const [start, end] of times) names.set(await set(silence(start, end)), `${start}-${end}`);
    await line.until(5);
    const listed = (filter = {}) => line.alertmanager.silences(filter).map(({ id }) => names.get(id));
    expect(listed()).toEqual(['0-20', '0-30', '12-50', '15-40', '0-3', '0-2']);
    expect(listed({ active: false, pending: false })).toEqual(['0-3', '0-2']);
    expect(listed({ expired: false, matchers: [{ ...JOB, operator: '=~' }] })).toEqual([]);
    expect(listed({ expired: false, active: false, matchers: [JOB] })).toEqual(['12-50', '15-40']);
  });

  it('forgets expired ones after the retention', async () => {
    const id = await set(silence(0, 10));
    await line.until(119 * 3600);
    expect(state(id)).toBe('expired');
    await line.until(121 * 3600);
    expect(state(id)).toBe(undefined);
  });
});

describe('limits of silences', () => {
  const refusal = (posted: PostedSilence) => set(posted).then(() => 'taken', String);
  const reopen = async (most: number, mostBytes: number) => {
    await line.close();
    await line.open(CONFIG, { silences: { most, mostBytes } });
  };

  it('refuse a further silence while as many are remembered, and let those be changed and ended', async () => {
    await reopen(2, 0);
    const id = await set(silence(10, 20));
    await set(silence(10, 30));
    const full = 'BarographError: exceeded maximum number of silences: 2 (limit: 2)';
    expect(await refusal(silence(10, 40))).toBe(full);
    expect(await set(silence(10, 25, { id }))).toBe(id);
    // Another id, so a further silence.
    expect(await refusal(silence(10, 25, { id, matchers: [{ ...JOB, value: 'b' }] }))).toBe(full);
    expect(state(id)).toBe('pending');
    await line.alertmanager.expireSilence(id);
    expect(await refusal(silence(10, 40))).toBe(full);
  });

  it('refuse what is too large, new or changed', async () => {
    await reopen(0, 150);
    const id = await set(silence(10, 20));
    const comment = 'x'.repeat(100);
    const tooLarge = (size: number) =>
      `BarographError: silence exceeded maximum size: ${size} bytes (limit: 150 bytes)`;
    expect(await refusal(silence(10, 20, { comment }))).toBe(tooLarge(191));
    // The time of the change is no whole second.
    expect(await refusal(silence(10, 20, { comment, id }))).toBe(tooLarge(195));
    expect(line.alertmanager.silences().map((each) => each.comment)).toEqual(['c']);
  });
});

it('what becomes of silences is in the log where that is asked for', async () => {
  await line.close();
  const lines: Record<string, unknown>[] = [];
  const log = createLog({ format: 'json', sink: (text) => lines.push(JSON.parse(text)) });
  await line.open(CONFIG, { log, logSilences: true });
  const id = await set(silence(10, 20, { matchers: [JOB, { name: 'x', operator: '!~', value: 'y' }] }));
  await set(silence(10, 20, { id, comment: 'd' }));
  await line.alertmanager.expireSilence(id);
  await line.alertmanager.expireSilence(id);
  expect(lines.map(({ msg, Id, Comment, CreatedBy, Matchers }) => [msg, Id, Comment, CreatedBy, Matchers])).toEqual([
    ['create silence', id, 'c', 'me', 'job=a,x!~y'],
    ['expire silence', id, 'c', 'me', 'job=a,x!~y'],
    ['create silence', expect.any(String), 'd', 'me', 'job=a'],
  ]);
});

describe('names in the matchers of a silence', () => {
  const named = (name: string) => silence(10, 20, { matchers: [JOB, { name, operator: '=', value: 'x' }] });

  it('may be anything by default', async () => {
    for (const name of ['00', 'Σ', '🙂']) expect(await set(named(name))).toHaveLength(36);
  });

  it('must be classic ones in the classic mode; silences from before it stay', async () => {
    await set(named('Σ'));
    await line.close();
    await line.open(CONFIG, { matcherMode: 'classic' });
    await expect(set(named('Σ'))).rejects.toThrow(
      'invalid silence: invalid label matcher 1 in set 0: invalid label name "Σ"',
    );
    expect(await set(named('ok'))).toHaveLength(36);
    expect(line.alertmanager.silences()).toHaveLength(2);
  });
});
