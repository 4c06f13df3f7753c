import { beforeEach, describe, expect, it } from 'vitest';
import { errorMessage } from '#lib/errors';
import { silentLog } from '#lib/log';
import type { Alert, PendingChange } from '#model/alert';
import { Labels } from '#model/labels';
import { createMatcher } from '#model/matcher';
import { parse } from '#promql/parse';
import type { AppendReport } from '#storage/appender';
import { UNKNOWN_REF } from '#storage/appender';
import { MemoryStorage } from '#storage/memory';
import { KIND_STALE, SampleBuffer } from '#storage/sample-buffer';
import type { WriteBatch } from '#storage/write-batch';
import { FakeClock } from '#test/clock';
import type { RuleQueries, RuleQuery, RuleSample } from './evaluate.ts';
import { nextSlot } from './group.ts';
import { createRuleManager, type RuleManager, type RuleManagerOptions } from './manager.ts';
import { forStatesFrom } from './restore.ts';
import type { AlertingRule, RecordingRule, RuleGroup } from './rule.ts';

const MINUTE = 60_000;
const EXPR = { kind: 'number', value: 0, duration: false, start: 0, end: 0 } as const;

function recording(name: string, query: string, labels: Record<string, string> = {}): RecordingRule {
  return { kind: 'recording', name, query, expr: EXPR, labels: Labels.from(labels) };
}

function alerting(name: string, query: string, more: Partial<Omit<AlertingRule, 'kind'>> = {}): AlertingRule {
  const { labels = Labels.EMPTY, annotations = Labels.EMPTY, holdDuration = 0, keepFiringFor = 0 } = more;
  return { kind: 'alerting', name, query, expr: EXPR, labels, annotations, holdDuration, keepFiringFor };
}

function group(rules: RuleGroup['rules'], more: Partial<RuleGroup> = {}): RuleGroup {
  return { file: 'rules.yml', name: 'g', interval: MINUTE, queryOffset: 0, limit: 0, rules, ...more };
}

const sample = (labels: Record<string, string>, value = 1): RuleSample => ({ labels: Labels.from(labels), value });

/** A world in which queries answer what the test says and writes end up in memory. */
class World {
  readonly clock = new FakeClock();
  storage = new MemoryStorage();
  readonly answers = new Map<string, readonly RuleSample[] | Error>();
  readonly asked: string[] = [];
  readonly sent: Alert[] = [];
  /** Set to make the next queries wait. */
  gate: Promise<void> | null = null;

  manager(more: Partial<RuleManagerOptions> = {}): RuleManager {
    return createRuleManager({
      query: this.query,
      write: (batch) => this.write(batch),
      forStates: forStatesFrom(this.storage),
      sink: { put: (alerts) => void this.sent.push(...alerts) },
      clock: this.clock,
      log: silentLog,
      externalURL: 'http://barograph.example',
      externalLabels: Labels.EMPTY,
      ...more,
    });
  }

  private readonly query: RuleQuery = async (expr, at, signal) => {
    this.asked.push(`${expr}@${at}`);
    if (this.gate) await Promise.race([this.gate, rejection(signal)]);
    const answer = this.answers.get(expr) ?? [];
    if (answer instanceof Error) throw answer;
    return answer;
  };

  private write(batch: WriteBatch): Promise<AppendReport> {
    const appender = this.storage.appender();
    const rejected = { outOfOrder: 0, tooOld: 0, outOfBounds: 0, duplicate: 0, seriesLimit: 0 };
    batch.series.forEach((series, i) => {
      const labels = Labels.fromSorted(batch.labels[series]!);
      const stale = batch.kind[i] === KIND_STALE;
      const ref = stale
        ? appender.stale(UNKNOWN_REF, labels, batch.t[i]!)
        : appender.float(UNKNOWN_REF, labels, batch.t[i]!, batch.v[i]!);
      if (ref === -1) rejected.outOfOrder++;
      if (ref === -4) rejected.duplicate++;
    });
    return appender.commit().then((report) => ({ ...report, rejected }));
  }

  /** All series of a metric as `{labels}: value@minute value@minute …`; `stale` for an end. Minutes count from `origin`. */
  async series(metric: string, origin: number): Promise<string[]> {
    const querier = this.storage.querier({ start: 0, end: Number.MAX_SAFE_INTEGER });
    const matcher = createMatcher({ name: '__name__', operator: '=', value: metric });
    const found = (await querier.select([matcher], { start: 0, end: 0 }).next()) ?? [];
    return found.map((series) => {
      const buffer = new SampleBuffer();
      series.read(buffer);
      const samples = Array.from({ length: buffer.length }, (_, i) => {
        const value = buffer.kind[i] === KIND_STALE ? 'stale' : buffer.v[i];
        return `${value}@${(buffer.t[i]! - origin) / MINUTE}`;
      });
      return `${series.labels.without(new Set(['__name__'])).toString()}: ${samples.join(' ')}`;
    });
  }
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

let world: World;
let slot: number;
beforeEach(() => {
  world = new World();
  slot = nextSlot(group([]), world.clock.now());
});

/** A started manager with these groups, right after its first evaluation. */
async function running(groups: readonly RuleGroup[], options: Partial<RuleManagerOptions> = {}): Promise<RuleManager> {
  const manager = world.manager(options);
  await manager.update(groups);
  manager.start();
  await world.clock.advance(slot - world.clock.now());
  return manager;
}

const rulesOf = (manager: RuleManager) => manager.groups().flatMap(({ rules }) => rules);
const states = (manager: RuleManager) =>
  manager.alerts().map(({ labels, state }) => `${labels.get('instance')} ${state}`);

describe('recording rules', () => {
  it('write their results under the new name, the rule labels winning', async () => {
    world.answers.set('sum(x)', [sample({ __name__: 'x', job: 'a', env: 'old' }, 5)]);
    await running([group([recording('job:x:sum', 'sum(x)', { env: 'prod' })])]);
    expect(await world.series('job:x:sum', slot)).toEqual(['{env="prod", job="a"}: 5@0']);
  });

  it('end series that are not in the result any more', async () => {
    world.answers.set('x', [sample({ i: 'a' }), sample({ i: 'b' })]);
    await running([group([recording('r', 'x')])]);
    world.answers.set('x', [sample({ i: 'b' }, 2)]);
    await world.clock.advance(MINUTE);
    expect(await world.series('r', slot)).toEqual(['{i="a"}: 1@0 stale@1', '{i="b"}: 1@0 2@1']);
  });

  it('refuse results that are told apart by the metric name alone', async () => {
    world.answers.set('x', [sample({ __name__: 'a' }), sample({ __name__: 'b' })]);
    const manager = await running([group([recording('r', 'x')])]);
    expect(rulesOf(manager)[0]).toMatchObject({
      health: 'err',
      lastError: 'vector contains metrics with the same labelset after applying rule labels',
    });
    expect(await world.series('r', slot)).toEqual([]);
  });

  it('refuse more series than the limit', async () => {
    world.answers.set('x', [sample({ i: 'a' }), sample({ i: 'b' })]);
    const manager = await running([group([recording('r', 'x')], { limit: 1 })]);
    expect(rulesOf(manager)[0]!.lastError).toBe('exceeded limit of 1 with 2 series');
  });

  it('query and write the past when the group has an offset', async () => {
    world.answers.set('x', [sample({})]);
    await running([group([recording('r', 'x')], { queryOffset: 2 * MINUTE })]);
    expect(world.asked).toEqual([`x@${slot - 2 * MINUTE}`]);
    expect(await world.series('r', slot)).toEqual(['{}: 1@-2']);
  });
});

describe('a group', () => {
  it('evaluates in order, and an error stops no other rule', async () => {
    world.answers.set('bad', new Error('query timed out in expression evaluation'));
    world.answers.set('good', [sample({})]);
    const manager = await running([group([recording('first', 'bad'), recording('second', 'good')])]);
    expect(world.asked).toEqual([`bad@${slot}`, `good@${slot}`]);
    const shown = rulesOf(manager).map(({ name, health, lastError, lastSamples }) => [
      name,
      health,
      lastError,
      lastSamples,
    ]);
    expect(shown).toEqual([
      ['first', 'err', 'query timed out in expression evaluation', 0],
      ['second', 'ok', '', 1],
    ]);
  });

  it('recovers from an error', async () => {
    world.answers.set('x', new Error('broken'));
    const manager = await running([group([recording('r', 'x')])]);
    world.answers.set('x', [sample({})]);
    await world.clock.advance(MINUTE);
    expect(rulesOf(manager)[0]).toMatchObject({ health: 'ok', lastError: '' });
  });

  it('is unknown before its first evaluation', async () => {
    const manager = world.manager();
    await manager.update([group([alerting('A', 'x')])]);
    expect(rulesOf(manager)[0]).toMatchObject({ health: 'unknown', state: 'unknown', lastEvaluation: null });
  });

  it('reports what storage refused', async () => {
    world.answers.set('x', [sample({}, 1)]);
    const manager = await running([group([recording('r', 'x'), recording('r', 'y')])]);
    world.answers.set('y', [sample({}, 2)]);
    await world.clock.advance(MINUTE);
    expect(rulesOf(manager).map(({ lastError }) => lastError)).toEqual([
      '',
      'storage refused results of the rule: duplicate sample for timestamp (1)',
    ]);
  });

  it('ends series that are gone also when storage refused others', async () => {
    world.answers.set('x', [sample({}, 1)]);
    world.answers.set('y', [sample({ i: 'a' }, 2)]);
    await running([group([recording('r', 'x'), recording('r', 'y')])]);
    world.answers.set('y', [sample({}, 2)]);
    await world.clock.advance(MINUTE);
    expect(await world.series('r', slot)).toEqual(['{}: 1@0 1@1', '{i="a"}: 2@0 stale@1']);
  });

  it('counts the evaluations it missed and goes on in its slots', async () => {
    let open = () => {};
    world.gate = new Promise((resolve) => {
      open = resolve;
    });
    const manager = await running([group([recording('r', 'x')])]);
    await world.clock.advance(3.5 * MINUTE);
    world.gate = null;
    open();
    await world.clock.advance(MINUTE);
    expect(world.asked).toEqual([0, 3, 4].map((minute) => `x@${slot + minute * MINUTE}`));
    const metrics = Object.fromEntries(manager.metrics().map(({ name, samples }) => [name, samples[0]?.value]));
    expect(metrics['prometheus_rule_group_iterations_missed_total']).toBe(2);
    expect(metrics['prometheus_rule_group_iterations_total']).toBe(5);
    expect(metrics['prometheus_rule_evaluations_total']).toBe(3);
  });

  it('tells how long rules and groups took, quantiles included, also of groups that are gone', async () => {
    const manager = await running([group([recording('r', 'x'), recording('s', 'y')])]);
    await world.clock.advance(3.5 * MINUTE);
    await manager.update([]);
    const samples = (name: string) =>
      manager
        .metrics()
        .find((family) => family.name === name)
        ?.samples.map(({ suffix, labels, value }) => `${suffix}${labels.join('=')} ${value}`);
    expect(samples('prometheus_rule_evaluation_duration_seconds')).toEqual([
      ...['quantile=0.5 0', 'quantile=0.9 0', 'quantile=0.99 0', '_sum 0', '_count 8'],
    ]);
    expect(samples('prometheus_rule_group_duration_seconds')).toEqual([
      ...['quantile=0.01 0', 'quantile=0.05 0', 'quantile=0.5 0', 'quantile=0.9 0', 'quantile=0.99 0'],
      ...['_sum 0', '_count 4'],
    ]);
  });

  it('keeps its slots over restarts, and others have other slots', () => {
    const now = world.clock.now();
    expect(nextSlot(group([]), now + 30 * MINUTE)).toBe(slot + 30 * MINUTE);
    expect(slot).toBeGreaterThan(now);
    expect(slot - now).toBeLessThanOrEqual(MINUTE);
    expect(nextSlot(group([], { name: 'other' }), now)).not.toBe(slot);
  });

  it('does not evaluate with more others than allowed', async () => {
    let open = () => {};
    world.gate = new Promise((resolve) => {
      open = resolve;
    });
    const groups = ['a', 'b', 'c'].map((name) => group([recording(name, name)], { name }));
    const manager = world.manager({ maxConcurrentEvals: 2 });
    await manager.update(groups);
    manager.start();
    await world.clock.advance(MINUTE);
    expect(world.asked).toHaveLength(2);
    world.gate = null;
    open();
    await world.clock.advance(0);
    expect(world.asked).toHaveLength(3);
    await manager.stop();
  });
});

describe('alerting rules', () => {
  const down = alerting('Down', 'up == 0', {
    labels: Labels.from({ severity: 'page', who: '{{ $labels.job }}-team' }),
    annotations: Labels.from({ summary: '{{ $labels.instance }} is {{ $value }}', broken: '{{ nope }}' }),
    holdDuration: MINUTE,
  });

  it('tell the sink of pending alerts with the labels they would be sent with, and only once', async () => {
    const noted: string[] = [];
    const sink = {
      put: () => {},
      notePending: (changes: readonly PendingChange[]) =>
        void noted.push(
          ...changes.map(({ labels, kind }) => `${kind} ${labels.get('instance')} ${labels.get('region')}`),
        ),
    };
    world.answers.set('up == 0', [sample({ instance: 'a' }), sample({ instance: 'b' })]);
    await running([group([down])], { sink, externalLabels: Labels.from({ region: 'eu' }) });
    world.answers.set('up == 0', [sample({ instance: 'a' })]);
    await world.clock.advance(3 * MINUTE);
    expect(noted).toEqual(['pending a eu', 'pending b eu', 'inactive b eu']);
  });
  const result = sample({ __name__: 'up', instance: 'a', job: 'node' }, 0);

  it('fill in labels and annotations; a failing template says so in place', async () => {
    world.answers.set('up == 0', [result]);
    const manager = await running([group([down])]);
    const [alert] = manager.alerts();
    expect(alert!.labels.toRecord()).toEqual({
      alertname: 'Down',
      instance: 'a',
      job: 'node',
      severity: 'page',
      who: 'node-team',
    });
    expect(alert!.annotations.toRecord()).toEqual({
      summary: 'a is 0',
      broken:
        '<error expanding template: error parsing template __alert_Down: template: __alert_Down:1: function "nope" not defined>',
    });
  });

  it('go from pending to firing to resolved, and show it in ALERTS', async () => {
    world.answers.set('up == 0', [result]);
    const manager = await running([group([{ ...down, labels: Labels.EMPTY }])]);
    expect(states(manager)).toEqual(['a pending']);
    await world.clock.advance(MINUTE);
    expect(states(manager)).toEqual(['a firing']);
    world.answers.set('up == 0', []);
    await world.clock.advance(MINUTE);
    expect(states(manager)).toEqual([]);
    expect(await world.series('ALERTS', slot)).toEqual([
      '{alertname="Down", alertstate="firing", instance="a", job="node"}: 1@1 stale@2',
      '{alertname="Down", alertstate="pending", instance="a", job="node"}: 1@0 stale@1',
    ]);
    const active = Math.floor(slot / 1000);
    expect(await world.series('ALERTS_FOR_STATE', slot)).toEqual([
      `{alertname="Down", instance="a", job="node"}: ${active}@0 ${active}@1 stale@2`,
    ]);
  });

  it('tell the Alertmanager: at firing, each minute or interval, and that it ended', async () => {
    world.answers.set('up == 0', [result]);
    const rule = alerting('Down', 'up == 0', { holdDuration: MINUTE });
    await running([group([rule])], { externalLabels: Labels.from({ region: 'eu', job: 'not-this' }) });
    expect(world.sent).toEqual([]);
    await world.clock.advance(MINUTE);
    expect(world.sent).toEqual([
      {
        labels: Labels.from({ alertname: 'Down', instance: 'a', job: 'node', region: 'eu' }),
        annotations: Labels.EMPTY,
        startsAt: slot + MINUTE,
        endsAt: slot + 5 * MINUTE,
        updatedAt: slot + MINUTE,
        timeout: false,
        generatorURL: 'http://barograph.example/graph?g0.expr=up+%3D%3D+0&g0.tab=1',
      },
    ]);
    // One minute after the last send is not yet more than the delay.
    await world.clock.advance(MINUTE);
    expect(world.sent).toHaveLength(1);
    world.answers.set('up == 0', []);
    await world.clock.advance(MINUTE);
    expect(world.sent.slice(1).map(({ startsAt, endsAt }) => [startsAt, endsAt])).toEqual([
      [slot + MINUTE, slot + 3 * MINUTE],
    ]);
  });

  it('are relabeled for the Alertmanager, or kept from it, with the external labels in place', async () => {
    world.answers.set('up == 0', [result]);
    world.answers.set('x', [sample({ instance: 'b' })]);
    await running([group([alerting('Down', 'up == 0'), alerting('Quiet', 'x')])], {
      externalLabels: Labels.from({ replica: 'a', region: 'eu' }),
      relabelAlert: (labels) =>
        labels.get('alertname') === 'Quiet' || !labels.has('replica') ? null : labels.with({ replica: '' }),
    });
    expect(world.sent.map(({ labels }) => labels)).toEqual([
      Labels.from({ alertname: 'Down', instance: 'a', job: 'node', region: 'eu' }),
    ]);
  });

  it('are relabeled as the newest configuration says', async () => {
    world.answers.set('up == 0', [result]);
    const groups = [group([alerting('Down', 'up == 0')])];
    const manager = await running(groups, { resendDelay: MINUTE / 2 });
    await manager.update(groups, { relabelAlert: (labels) => labels.with({ team: 'infra' }) });
    await world.clock.advance(MINUTE);
    expect(world.sent.map(({ labels }) => labels.get('team'))).toEqual(['', 'infra']);
  });

  it('repeat that an alert ended for 15 minutes', async () => {
    world.answers.set('up == 0', [result]);
    await running([group([alerting('Down', 'up == 0')])], { resendDelay: MINUTE / 2 });
    world.answers.set('up == 0', []);
    await world.clock.advance(30 * MINUTE);
    const ended = world.sent.filter(({ endsAt }) => endsAt === slot + MINUTE);
    expect(ended.map(({ updatedAt }) => (updatedAt - slot) / MINUTE)).toEqual(
      Array.from({ length: 16 }, (_, i) => i + 1),
    );
  });

  it('refuse two alerts with the same labels', async () => {
    world.answers.set('x', [sample({ i: 'a' }), sample({ i: 'b' })]);
    const manager = await running([group([alerting('A', 'x', { labels: Labels.from({ i: 'same' }) })])]);
    expect(rulesOf(manager)[0]!.lastError).toBe(
      'vector contains metrics with the same labelset after applying alert labels',
    );
  });

  it('lose all alerts beyond the limit', async () => {
    world.answers.set('x', [sample({ instance: 'a' })]);
    const manager = await running([group([alerting('A', 'x')], { limit: 1 })]);
    expect(states(manager)).toEqual(['a firing']);
    world.answers.set('x', [sample({ instance: 'a' }), sample({ instance: 'b' })]);
    await world.clock.advance(MINUTE);
    expect(rulesOf(manager)[0]!.lastError).toBe('exceeded limit of 1 with 2 alerts');
    expect(states(manager)).toEqual([]);
  });

  it('keep their alerts while the query fails', async () => {
    world.answers.set('x', [sample({ instance: 'a' })]);
    const manager = await running([group([alerting('A', 'x')])]);
    world.answers.set('x', new Error('down'));
    await world.clock.advance(MINUTE);
    expect(states(manager)).toEqual(['a firing']);
    expect(rulesOf(manager)[0]!.lastError).toBe('down');
  });

  it('may ask further queries in templates', async () => {
    world.answers.set('x', [sample({ instance: 'a' })]);
    world.answers.set('y', [sample({}, 42)]);
    const annotations = Labels.from({ more: '{{ query "y" | first | value }}' });
    const manager = await running([group([alerting('A', 'x', { annotations })])]);
    expect(manager.alerts()[0]!.annotations.get('more')).toBe('42');
  });
});

describe('a reload', () => {
  it('leaves an unchanged group alone and keeps the alerts of a changed one', async () => {
    world.answers.set('x', [sample({ instance: 'a' })]);
    const rule = alerting('A', 'x', { holdDuration: 3 * MINUTE });
    const manager = await running([group([rule])]);
    await world.clock.advance(MINUTE);
    await manager.update([group([recording('new', 'y'), { ...rule, annotations: Labels.from({ summary: 's' }) }])]);
    await world.clock.advance(2 * MINUTE);
    expect(states(manager)).toEqual(['a firing']);
    expect(manager.alerts()[0]!.activeAt).toBe(slot);
  });

  it('does not disturb the running evaluation of an unchanged group', async () => {
    world.answers.set('x', [sample({})]);
    const manager = await running([group([recording('r', 'x')])]);
    let open = () => {};
    world.gate = new Promise((resolve) => {
      open = resolve;
    });
    await world.clock.advance(MINUTE);
    await manager.update([group([recording('r', 'x')])]);
    open();
    await world.clock.advance(0);
    expect(await world.series('r', slot)).toEqual(['{}: 1@0 1@1']);
  });

  it('knows a rule again by its name when rules change places', async () => {
    world.answers.set('x', [sample({})]);
    const manager = await running([group([recording('r', 'x'), recording('s', 'x')])]);
    await manager.update([group([recording('s', 'x'), recording('r', 'x')])]);
    await world.clock.advance(MINUTE);
    expect(rulesOf(manager).map(({ health }) => health)).toEqual(['ok', 'ok']);
    expect(await world.series('r', slot)).toEqual(['{}: 1@0 1@1']);
    expect(await world.series('s', slot)).toEqual(['{}: 1@0 1@1']);
  });

  it('ends the series of a rule that is gone', async () => {
    world.answers.set('x', [sample({})]);
    const manager = await running([group([recording('r', 'x'), recording('s', 'x')])]);
    await manager.update([group([recording('s', 'x')])]);
    await world.clock.advance(MINUTE);
    expect(await world.series('r', slot)).toEqual(['{}: 1@0 stale@1']);
    expect(await world.series('s', slot)).toEqual(['{}: 1@0 1@1']);
  });

  it('ends the series of a group that is gone after two intervals, as of its removal', async () => {
    world.answers.set('x', [sample({})]);
    const manager = await running([group([recording('r', 'x')])]);
    await world.clock.advance(MINUTE / 2);
    await manager.update([]);
    await world.clock.advance(1.9 * MINUTE);
    expect(await world.series('r', slot)).toEqual(['{}: 1@0']);
    await world.clock.advance(MINUTE / 5);
    expect(await world.series('r', slot)).toEqual(['{}: 1@0 stale@0.5']);
    expect(manager.groups()).toEqual([]);
  });

  it('lets another group take over series before they are ended', async () => {
    world.answers.set('x', [sample({})]);
    const manager = await running([group([recording('r', 'x')])]);
    await manager.update([group([recording('r', 'x')], { name: 'renamed' })]);
    await world.clock.advance(4 * MINUTE);
    expect((await world.series('r', slot))[0]).not.toContain('stale');
  });

  it('aborts a running query of a changed group without blaming the rule', async () => {
    const manager = await running([group([recording('r', 'x')])]);
    world.gate = new Promise(() => {});
    await world.clock.advance(MINUTE);
    await manager.update([group([recording('r', 'x')], { interval: 2 * MINUTE })]);
    expect(rulesOf(manager)[0]).toMatchObject({ health: 'ok', lastError: '' });
    await manager.stop();
    expect(world.clock.pending).toBe(0);
  });
});

describe('a restart', () => {
  const slow = alerting('Slow', 'x', { holdDuration: 30 * MINUTE });
  const forState = Labels.from({ __name__: 'ALERTS_FOR_STATE', alertname: 'Slow', instance: 'a' });

  async function pendingSince(activeAt: number, lastSeen: number): Promise<void> {
    const appender = world.storage.appender();
    appender.float(UNKNOWN_REF, forState, lastSeen, Math.floor(activeAt / 1000));
    await appender.commit();
    world.answers.set('x', [sample({ instance: 'a' })]);
  }

  it('goes on counting for after the second evaluation, without the time it was down', async () => {
    const now = world.clock.now();
    await pendingSince(now - 15 * MINUTE, now - 5 * MINUTE);
    const manager = await running([group([slow])]);
    expect(manager.alerts()[0]!.activeAt).toBe(slot);
    await world.clock.advance(MINUTE);
    const restored = world.clock.now() - (now - 5 * MINUTE) + (now - 15 * MINUTE);
    expect(Math.abs(manager.alerts()[0]!.activeAt - restored)).toBeLessThan(1000);
  });

  it('fires at once what was firing before', async () => {
    const now = world.clock.now();
    await pendingSince(now - 60 * MINUTE, now - 5 * MINUTE);
    const manager = await running([group([slow])]);
    await world.clock.advance(2 * MINUTE);
    expect(states(manager)).toEqual(['a firing']);
  });

  it('does not write ALERTS_FOR_STATE before it has read it', async () => {
    const now = world.clock.now();
    await pendingSince(now - 15 * MINUTE, now - 5 * MINUTE);
    await running([group([slow])]);
    expect((await world.series('ALERTS_FOR_STATE', now))[0]).toBe(
      `{alertname="Slow", instance="a"}: ${Math.floor((now - 15 * MINUTE) / 1000)}@-5`,
    );
  });

  it('forgets what is older than the outage tolerance', async () => {
    const now = world.clock.now();
    await pendingSince(now - 90 * MINUTE, now - 70 * MINUTE);
    const manager = await running([group([slow])]);
    await world.clock.advance(2 * MINUTE);
    expect(manager.alerts()[0]!.activeAt).toBe(slot);
  });

  it('evaluates on when reading fails', async () => {
    world.answers.set('x', [sample({ instance: 'a' })]);
    const failing = () => Promise.reject(new Error('storage is closed'));
    const manager = await running([group([slow])], { forStates: failing });
    await world.clock.advance(2 * MINUTE);
    expect(await world.series('ALERTS', slot)).toEqual(['{alertname="Slow", alertstate="pending", instance="a"}: 1@2']);
    expect(states(manager)).toEqual(['a pending']);
  });
});

describe('rules that do not depend on each other', () => {
  const rules = [recording('a', 'x'), recording('b', 'y'), recording('c', 'sum(a)')];
  const asked: (readonly string[])[] = [];
  const together: RuleQueries = (exprs) => {
    asked.push(exprs);
    return Promise.resolve([
      { samples: [sample({ job: 'x' }, 7)], seconds: 2 },
      { error: new Error('too bad'), seconds: 1 },
    ]);
  };
  const rulesWith = (options: Partial<RuleManagerOptions>) =>
    running([group(rules.map((rule) => ({ ...rule, expr: parse(rule.query) })))], options);

  beforeEach(() => {
    asked.length = 0;
    world.answers.set('sum(a)', [sample({}, 7)]);
  });

  it('are asked together, and those that read their results after that', async () => {
    const manager = await rulesWith({ together });
    expect(asked).toEqual([['x', 'y']]);
    expect(world.asked).toEqual([`sum(a)@${slot}`]);
    expect(await world.series('a', slot)).toEqual(['{job="x"}: 7@0']);
    expect(await world.series('c', slot)).toEqual(['{}: 7@0']);
    const [a, b, c] = rulesOf(manager);
    expect([a!.health, b!.health, b!.lastError, c!.health]).toEqual(['ok', 'err', 'too bad', 'ok']);
    expect([a!.evaluationSeconds, b!.evaluationSeconds]).toEqual([2, 1]);
  });

  it('are asked one by one when together they are too much', async () => {
    world.answers.set('x', [sample({}, 1)]);
    const manager = await rulesWith({ together: () => Promise.reject(new Error('too many samples')) });
    expect(world.asked).toEqual([`x@${slot}`, `y@${slot}`, `sum(a)@${slot}`]);
    expect(rulesOf(manager).map(({ health }) => health)).toEqual(['ok', 'ok', 'ok']);
  });
});

describe('stopping', () => {
  it('forgets the series of removed groups that were still to be ended', async () => {
    world.answers.set('x', [sample({})]);
    const manager = await running([group([recording('r', 'x')])]);
    await manager.update([]);
    await manager.stop();
    expect(world.clock.pending).toBe(0);
  });

  it('aborts the running evaluation, leaves no timer, and ends no series', async () => {
    world.answers.set('x', [sample({})]);
    const manager = await running([group([recording('r', 'x')])]);
    world.gate = new Promise(() => {});
    await world.clock.advance(MINUTE);
    await manager.stop();
    expect(world.clock.pending).toBe(0);
    expect(await world.series('r', slot)).toEqual(['{}: 1@0']);
    expect(rulesOf(manager)[0]!.lastError).toBe(errorMessage(''));
  });
});

describe('a scrape that feeds a group', () => {
  const key = 'rules.yml;g';
  const asked = () => world.asked.map((each) => (Number(each.split('@')[1]) - slot) / MINUTE);
  const rules = [alerting('A', 'x')];

  it('has it evaluated at once, and the slot after that is left out', async () => {
    const manager = await running([group(rules)]);
    await world.clock.advance(0.25 * MINUTE);
    manager.fed([key]);
    await world.clock.advance(1.25 * MINUTE);
    expect(asked()).toEqual([0, 0.25]);
    await world.clock.advance(0.5 * MINUTE);
    expect(asked()).toEqual([0, 0.25, 2]);
    expect(world.sent).toEqual([]);
  });

  it('leads to one evaluation for each slot, however many scrapes there are', async () => {
    const manager = await running([group(rules)]);
    for (let i = 0; i < 30; i++) {
      await world.clock.advance(0.1 * MINUTE);
      manager.fed([key]);
    }
    await world.clock.advance(0);
    expect(asked()).toEqual([0, 0.1, 1, 2, 3].map((at) => expect.closeTo(at, 6)));
  });

  it('does not evaluate twice around a slot because two targets are scraped there', async () => {
    const manager = await running([group(rules)]);
    await world.clock.advance(0.9 * MINUTE);
    manager.fed([key]);
    await world.clock.advance(0.2 * MINUTE);
    manager.fed([key]);
    await world.clock.advance(0.8 * MINUTE);
    manager.fed([key]);
    await world.clock.advance(MINUTE);
    expect(asked()).toEqual([0, 0.9, 1.9].map((at) => expect.closeTo(at, 6)));
  });

  it('while its evaluation runs has it evaluated again: that may have come too early', async () => {
    const manager = world.manager();
    await manager.update([group(rules)]);
    let open = () => {};
    world.gate = new Promise((resolve) => {
      open = resolve;
    });
    manager.start();
    await world.clock.advance(slot - world.clock.now());
    manager.fed([key]);
    world.gate = null;
    open();
    await world.clock.advance(1);
    expect(asked()).toEqual([0, 0]);
    await world.clock.advance(1.5 * MINUTE);
    expect(asked()).toEqual([0, 0]);
    await world.clock.advance(0.5 * MINUTE);
    expect(asked()).toEqual([0, 0, 2]);
  });

  it('leaves `for` a matter of time', async () => {
    const manager = await running([group([alerting('A', 'x', { holdDuration: MINUTE })])]);
    world.answers.set('x', [sample({ instance: 'a' })]);
    await world.clock.advance(0.25 * MINUTE);
    manager.fed([key]);
    await world.clock.advance(0.9 * MINUTE);
    manager.fed([key]);
    await world.clock.advance(0);
    expect(states(manager)).toEqual(['a pending']);
    await world.clock.advance(0.85 * MINUTE);
    expect(asked()).toEqual([0, 0.25, 1.15].map((at) => expect.closeTo(at, 6)));
    await world.clock.advance(0.2 * MINUTE);
    manager.fed([key]);
    await world.clock.advance(0);
    expect(states(manager)).toEqual(['a firing']);
    expect(world.sent.map(({ startsAt }) => (startsAt - slot) / MINUTE)).toEqual([expect.closeTo(2.2, 6)]);
  });

  it('counts no slot as missed, and tells which series to watch only when asked to', async () => {
    const told: string[][] = [];
    const manager = await running([group(rules)], { watchScrapes: (groups) => told.push(groups.map(({ id }) => id)) });
    await world.clock.advance(0.5 * MINUTE);
    manager.fed([key, 'unknown']);
    await world.clock.advance(1.6 * MINUTE);
    const missed = manager.metrics().find(({ name }) => name === 'prometheus_rule_group_iterations_missed_total');
    expect(missed?.samples.map(({ value }) => value)).toEqual([0]);
    expect(told).toEqual([[key]]);
  });

  it('does nothing for a slot that was evaluated before the group changed', async () => {
    const manager = await running([group(rules)]);
    await world.clock.advance(0.5 * MINUTE);
    manager.fed([key]);
    await world.clock.advance(0);
    await manager.update([group([alerting('A', 'x', { holdDuration: 1 })])]);
    await world.clock.advance(MINUTE);
    expect(asked()).toEqual([0, 0.5]);
    await world.clock.advance(0.5 * MINUTE);
    expect(asked()).toEqual([0, 0.5, 2]);
  });
});
