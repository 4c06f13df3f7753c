import type { Clock } from '#lib/clock';
import { errorMessage } from '#lib/errors';
import type { Log } from '#lib/log';
import { type AlertSink, fingerprint } from '#model/alert';
import { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import type { BatchWriter } from '#storage/write-batch';
import type { RuleDurations } from './durations.ts';
import { mayBeEarly } from './early.ts';
import type { EvaluationContext, GroupQueries, GroupQuery, RuleOutcome, RuleQuery, RuleSample } from './evaluate.ts';
import { alertSamples, checkAlertLimit, evaluateAlertingRule, evaluateRecordingRule } from './evaluate.ts';
import { independentRuns } from './independent-rules.ts';
import { pendingChanges } from './pending.ts';
import { type ForStateReader, forStateMatchers, restoreAlerts } from './restore.ts';
import { type AlertingRule, groupKey, type RuleGroup } from './rule.ts';
import { adoptStates, newRuleState, type RuleState, ruleStatus } from './rule-state.ts';
import { type AlertRelabeling, outgoingLabels, takeAlertsToSend } from './send.ts';
import { writeSamples, writeStale } from './series-writer.ts';
import type { RuleGroupStatus } from './status.ts';

/** What all groups of a manager share. `externalLabels` and `relabelAlert` may change between evaluations. */
export interface GroupEnvironment {
  readonly query: GroupQuery;
  /** For rules that do not depend on each other. Absent: they are asked one by one. */
  readonly together?: GroupQueries;
  readonly write: BatchWriter['write'];
  readonly forStates: ForStateReader;
  readonly sink: AlertSink;
  readonly clock: Clock;
  readonly log: Log;
  readonly externalURL: string;
  externalLabels: Labels;
  relabelAlert: AlertRelabeling;
  readonly forGracePeriod: Millis;
  readonly outageTolerance: Millis;
  readonly resendDelay: Millis;
  readonly durations: RuleDurations;
  /** Waits for its turn and runs: bounds how many groups evaluate at once. */
  readonly inTurn: (run: () => Promise<void>) => Promise<void>;
}

/** Counters of one group since the program started. */
export interface GroupCounters {
  iterations: number;
  missed: number;
  evaluations: number;
  failures: number;
}

/** Evaluations after which `for` is restored: recording rules and scrapes then had time to come back. */
const ITERATIONS_BEFORE_RESTORE = 2;

/** Evaluates one group at its slots, or once before each when `fed` says so: rules in order, each seeing the results of those before it. An error stops no other rule. */
export class GroupRunner {
  readonly group: RuleGroup;
  readonly states: readonly RuleState[];
  private readonly runs: readonly (readonly RuleState[])[];
  counters: GroupCounters = { iterations: 0, missed: 0, evaluations: 0, failures: 0 };
  lastSamples = 0;
  private readonly environment: GroupEnvironment;
  private readonly log: Log;
  private readonly abort = new AbortController();
  private cancelTimer: () => void = () => {};
  private running: Promise<void> = Promise.resolve();
  private evaluationSeconds = 0;
  private lastEvaluation: Millis | null = null;
  /** The slot that the timer waits for; null while an evaluation runs, and before the start. */
  private waiting: Millis | null = null;
  /** The slot that was evaluated last, and when an evaluation was early. */
  private taken: Millis | null = null;
  private lastEarly: Millis | null = null;
  /** When a scrape fed the rules while they were evaluated, which may have been too late for that. */
  private fedAt: Millis | null = null;
  /** Series of rules that are gone: ended after the next evaluation. */
  private orphans: readonly Labels[] = [];
  private restoreAfter: number;

  /** `restores`: the program has just started, so that `for` may continue from before. */
  private readonly query: RuleQuery = (expr, at, signal) => this.environment.query(expr, at, signal, this.group);

  constructor(group: RuleGroup, environment: GroupEnvironment, restores: boolean) {
    this.group = group;
    this.environment = environment;
    this.log = environment.log.with({ file: group.file, group: group.name });
    // A rule with a shorter `for` than the grace period has nothing to gain from restoring.
    this.states = group.rules.map((rule) => {
      const waits = restores && rule.kind === 'alerting' && rule.holdDuration >= environment.forGracePeriod;
      return newRuleState(rule, !waits);
    });
    this.runs = independentRuns(this.states);
    this.restoreAfter = this.states.some(({ restored }) => !restored) ? ITERATIONS_BEFORE_RESTORE : 0;
  }

  /** Takes over the state of a stopped runner of the same group. */
  adopt(old: GroupRunner): void {
    this.orphans = [...old.orphans, ...adoptStates(old.states, this.states)];
    this.counters = old.counters;
    this.lastSamples = old.lastSamples;
    this.evaluationSeconds = old.evaluationSeconds;
    this.lastEvaluation = old.lastEvaluation;
    this.restoreAfter = this.states.some(({ restored }) => !restored) ? Math.max(1, old.restoreAfter) : 0;
    if (old.group.interval !== this.group.interval) return;
    this.taken = old.taken;
    this.lastEarly = old.lastEarly;
  }

  start(): void {
    const slot = nextSlot(this.group, this.environment.clock.now());
    this.schedule(slot === this.taken ? slot + this.group.interval : slot);
  }

  /** A scrape has just brought what the rules read: evaluates at once instead of at the next slot, where that is allowed. */
  fed(): void {
    const now = this.environment.clock.now();
    if (this.waiting === null) this.fedAt = now;
    else this.evaluateEarly(this.waiting, now);
  }

  /** Evaluates once, as at a slot. For whoever holds the time in his hands; not together with `start`. */
  evaluateAt(slot: Millis): Promise<void> {
    return this.iterate(slot);
  }

  /** No evaluation begins from now on; the running one is aborted. Resolves when it has ended. */
  async stop(): Promise<void> {
    this.cancelTimer();
    this.abort.abort(new Error('rule evaluation was stopped'));
    await this.running;
  }

  /** Every series that this group keeps alive. */
  series(): Labels[] {
    return [...this.orphans, ...this.states.flatMap(({ series }) => [...series.values()])];
  }

  /** Ends series at a time, as a group that was removed does. */
  async endSeries(series: readonly Labels[], at: Millis): Promise<void> {
    try {
      await writeStale(this.environment.write, series, at - this.group.queryOffset);
    } catch (error) {
      this.log.warn('Stale sample appending for previous configuration failed', { err: error });
    }
  }

  status(): RuleGroupStatus {
    const { file, name, interval, limit, queryOffset } = this.group;
    const { evaluationSeconds, lastEvaluation } = this;
    const rules = this.states.map(ruleStatus);
    return { file, name, interval, limit, queryOffset, rules, evaluationSeconds, lastEvaluation };
  }

  private schedule(slot: Millis): void {
    if (this.abort.signal.aborted) return;
    const { clock } = this.environment;
    const { fedAt } = this;
    this.waiting = slot;
    this.fedAt = null;
    this.cancelTimer = clock.after(Math.max(0, slot - clock.now()), () => this.run(slot, slot));
    if (fedAt !== null && fedAt >= slot - this.group.interval) this.evaluateEarly(slot, clock.now());
  }

  private evaluateEarly(slot: Millis, now: Millis): void {
    const { interval } = this.group;
    if (!mayBeEarly({ slot, interval, now, lastEarly: this.lastEarly })) return;
    this.cancelTimer();
    this.lastEarly = now;
    this.run(slot, now);
  }

  /** Evaluates for a slot as of `at`, and waits for the next one. */
  private run(slot: Millis, at: Millis): void {
    this.waiting = null;
    this.running = this.environment
      .inTurn(async () => {
        await this.iterate(at);
        if (!this.abort.signal.aborted) this.taken = slot;
      })
      .catch((error: unknown) => this.log.error('BUG: rule group evaluation failed', { err: error }))
      .then(() => this.schedule(this.slotAfter(slot)));
  }

  /** The next slot; slots that passed by in the meantime are counted as missed, the last of them is still evaluated. */
  private slotAfter(slot: Millis): Millis {
    const { interval } = this.group;
    const missed = Math.max(0, Math.floor((this.environment.clock.now() - slot) / interval) - 1);
    this.counters.missed += missed;
    this.counters.iterations += missed;
    return slot + (missed + 1) * interval;
  }

  private async iterate(slot: Millis): Promise<void> {
    if (this.abort.signal.aborted) return;
    const { clock } = this.environment;
    const began = clock.monotonic();
    this.counters.iterations++;
    this.lastEvaluation = clock.now();
    let samples = 0;
    for (const run of this.runs) {
      const outcomes = await this.ask(run, slot);
      for (const [i, state] of run.entries()) {
        if (this.abort.signal.aborted) return;
        samples += await this.evaluate(state, slot, outcomes?.[i] ?? null);
      }
    }
    this.lastSamples = samples;
    const { orphans } = this;
    this.orphans = [];
    await this.endSeries(orphans, slot);
    this.evaluationSeconds = (clock.monotonic() - began) / 1000;
    this.environment.durations.group.observe(this.evaluationSeconds);
    if (this.restoreAfter > 0 && --this.restoreAfter === 0) await this.restore();
  }

  /** Asks the queries of rules that do not depend on each other at once; null: they have to be asked one by one. */
  private async ask(run: readonly RuleState[], slot: Millis): Promise<readonly RuleOutcome[] | null> {
    const { together } = this.environment;
    if (!together || run.length < 2) return null;
    const exprs = run.map(({ rule }) => rule.query);
    try {
      return await together(exprs, slot - this.group.queryOffset, this.abort.signal, this.group);
    } catch (error) {
      // All have one limit together; each has one of its own.
      this.log.debug('Rules are evaluated one by one, as they cannot be together', { err: error });
      return null;
    }
  }

  /** Returns how many samples the rule gave. `outcome`: its query was asked already. */
  private async evaluate(state: RuleState, slot: Millis, outcome: RuleOutcome | null): Promise<number> {
    const { clock, durations } = this.environment;
    const began = clock.monotonic();
    state.lastEvaluation = clock.now();
    this.counters.evaluations++;
    try {
      const samples = await this.results(state, slot, outcome);
      state.lastSamples = samples.length;
      await this.store(state, samples, slot - this.group.queryOffset);
      state.health = 'ok';
      state.lastError = '';
      return samples.length;
    } catch (error) {
      if (!this.abort.signal.aborted) this.failed(state, error);
      return 0;
    } finally {
      state.evaluationSeconds = (clock.monotonic() - began) / 1000 + (outcome?.seconds ?? 0);
      durations.rule.observe(state.evaluationSeconds);
    }
  }

  private failed(state: RuleState, error: unknown): void {
    state.health = 'err';
    state.lastError = errorMessage(error);
    this.counters.failures++;
    this.log.warn('Evaluating rule failed', { rule: state.rule.name, err: error });
  }

  private async results(state: RuleState, slot: Millis, outcome: RuleOutcome | null): Promise<readonly RuleSample[]> {
    const { rule } = state;
    const context = this.context(slot, outcome && answered(rule.query, outcome, this.query));
    if (rule.kind === 'recording') return evaluateRecordingRule(rule, context);
    const before = state.alerts;
    const alerts = await evaluateAlertingRule(rule, before, context);
    state.alerts = new Map();
    checkAlertLimit(alerts, this.group.limit);
    this.notePending(rule, before, alerts);
    state.alerts = this.send(rule, alerts, slot);
    return state.restored ? alertSamples(state.alerts) : [];
  }

  private context(slot: Millis, query: RuleQuery | null): EvaluationContext {
    const { externalURL, externalLabels } = this.environment;
    const { queryOffset, limit } = this.group;
    const { signal } = this.abort;
    return {
      now: slot,
      queryOffset,
      limit,
      query: query ?? this.query,
      externalURL,
      externalLabels,
      signal,
    };
  }

  private notePending(rule: AlertingRule, before: RuleState['alerts'], after: RuleState['alerts']): void {
    const { sink } = this.environment;
    const changes = pendingChanges(rule, { before, after }, (alert) => outgoingLabels(alert, this.environment));
    if (changes.length > 0) sink.notePending?.(changes);
  }

  private send(rule: AlertingRule, alerts: RuleState['alerts'], slot: Millis): RuleState['alerts'] {
    const { sink, externalURL, externalLabels, relabelAlert, resendDelay } = this.environment;
    const { alerts: sent, outgoing } = takeAlertsToSend(alerts, {
      rule,
      now: slot,
      interval: this.group.interval,
      resendDelay,
      externalURL,
      externalLabels,
      relabelAlert,
    });
    if (outgoing.length > 0) sink.put(outgoing);
    return sent;
  }

  private async store(state: RuleState, samples: readonly RuleSample[], at: Millis): Promise<void> {
    const { write } = this.environment;
    const series = new Map(samples.map(({ labels }) => [labels.key, labels]));
    const vanished = [...state.series].filter(([key]) => !series.has(key)).map(([, labels]) => labels);
    try {
      await writeSamples(write, samples, at);
    } finally {
      state.series = series;
      await writeStale(write, vanished, at);
    }
  }

  private async restore(): Promise<void> {
    for (const state of this.states) {
      const { rule } = state;
      if (rule.kind !== 'alerting' || state.restored) continue;
      try {
        await this.restoreRule(state, rule);
      } catch (error) {
        this.log.error("Failed to restore 'for' state", { alertname: rule.name, err: error });
      }
      state.restored = true;
    }
  }

  private async restoreRule(state: RuleState, rule: AlertingRule): Promise<void> {
    const { clock, forStates, outageTolerance, forGracePeriod } = this.environment;
    const now = clock.now();
    const found = await forStates(forStateMatchers(rule), { start: now - outageTolerance, end: now });
    const { holdDuration } = rule;
    state.alerts = restoreAlerts(state.alerts, found, { now, holdDuration, gracePeriod: forGracePeriod });
  }
}

/** Knows what the rule's own expression came to, and asks all others, which templates have. */
function answered(own: string, outcome: RuleOutcome, query: RuleQuery): RuleQuery {
  let first = true;
  return (expr, at, signal) => {
    if (!first || expr !== own) return query(expr, at, signal);
    first = false;
    return 'error' in outcome ? Promise.reject(outcome.error) : Promise.resolve(outcome.samples);
  };
}

/**
 * The first slot after `now`. Slots are `interval` apart and shifted by a hash of file and name, so that groups do not
 * all evaluate at once and each keeps its slots over restarts.
 */
export function nextSlot(group: RuleGroup, now: Millis): Millis {
  const { interval } = group;
  const hash = BigInt(`0x${fingerprint(Labels.from({ group: groupKey(group) }))}`);
  const offset = Number(hash % BigInt(interval));
  return Math.floor((now - offset) / interval) * interval + offset + interval;
}
