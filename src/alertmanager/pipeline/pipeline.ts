import { errorMessage } from '#lib/errors';
import type { RunPipeline } from '../dispatch/group.ts';
import type { Integration } from '../notify/registry.ts';
import { type DeliverParts, deliver } from './deliver.ts';
import { endedUntold, type Told } from './ended-untold.ts';
import type { Flush, FlushSignals } from './flush.ts';
import { type KeepBackParts, keepBackStages } from './keep-back.ts';
import { isOwed, withOwedResolves } from './owed-resolves.ts';

export interface PipelineParts extends DeliverParts, KeepBackParts {
  readonly integrations: (receiver: string) => readonly Integration[];
  /** Whether a receiver hears of the ends of alerts it was told of that are kept back by then. */
  readonly resolveWhenMuted: (receiver: string) => boolean;
  /** Writes now what is waiting to be written of alerts: nobody is told of what a death could take away. */
  readonly writeDown: () => void;
}

/**
 * The way of every flush: inhibition, active times, mute times, silences, and then, for each integration of the receiver
 * at the same time, de-duplication, attempts, and the notification log. What is kept back counts as done, except for ends
 * that a receiver is owed.
 */
export function createPipeline(parts: PipelineParts): RunPipeline {
  const stages = keepBackStages(parts);
  return async (flush, signals) => {
    try {
      let left: Flush | null = flush;
      for (const stage of stages) left = left && stage(left);
      for (const { fingerprint } of left?.alerts ?? []) parts.history.passed(fingerprint, flush.groupKey);
      parts.writeDown();
      return await notifyAll(parts, { flush, passed: left }, signals);
    } catch (error) {
      parts.log.error('the pipeline failed', { group: flush.groupKey, err: errorMessage(error) });
      return false;
    }
  };
}

// One that fails does not keep the others from being told, and is tried again at the next flush alone.
async function notifyAll(parts: PipelineParts, work: Work, signals: FlushSignals): Promise<boolean> {
  const integrations = parts.integrations(work.flush.route.receiver);
  const entries = () => integrations.map((each) => entryOf(parts, each, work.flush));
  const before = entries();
  const outcomes = await Promise.all(
    integrations.map((each) => {
      const flush = flushFor(parts, each, work);
      return flush === null ? Promise.resolve(true) : deliver(parts, each, { flush, signals });
    }),
  );
  if (!outcomes.every(Boolean)) return false;
  const after = entries();
  noteUntold(
    parts,
    work,
    integrations.map(({ sendResolved }, i) => ({ sendResolved, before: before[i], after: after[i] })),
  );
  return true;
}

function noteUntold({ history }: PipelineParts, { flush, passed }: Work, told: readonly Told[]): void {
  if (passed === null) return;
  const { groupKey, route } = flush;
  const place = { groupKey, receiver: route.receiver };
  for (const { fingerprint } of endedUntold(passed, told)) history.cameAndWent(fingerprint, place);
}

function entryOf({ notificationLog }: PipelineParts, { receiver, name, index }: Integration, flush: Flush) {
  const { groupKey, alerts } = flush;
  return notificationLog.recall({ groupKey, receiver, integration: name, index }, alerts);
}

interface Work {
  readonly flush: Flush;
  /** What the stages let through. */
  readonly passed: Flush | null;
}

function flushFor(parts: PipelineParts, integration: Integration, { flush, passed }: Work): Flush | null {
  if (!parts.resolveWhenMuted(integration.receiver)) return passed;
  const entry = entryOf(parts, integration, flush);
  return withOwedResolves(flush, passed, (alert) => isOwed(alert, integration, entry));
}
