import { errorMessage } from '#lib/errors';
import type { RunPipeline } from '../dispatch/group.ts';
import type { Integration } from '../notify/registry.ts';
import { type DeliverParts, deliver } from './deliver.ts';
import type { Flush, FlushSignals } from './flush.ts';
import { type KeepBackParts, keepBackStages } from './keep-back.ts';

export interface PipelineParts extends DeliverParts, KeepBackParts {
  readonly integrations: (receiver: string) => readonly Integration[];
}

/**
 * The way of every flush: inhibition, active times, mute times, silences, and then, for each integration of the receiver
 * at the same time, de-duplication, attempts, and the notification log. What is kept back counts as done.
 */
export function createPipeline(parts: PipelineParts): RunPipeline {
  const stages = keepBackStages(parts);
  return async (flush, signals) => {
    try {
      let left: Flush | null = flush;
      for (const stage of stages) {
        left = stage(left);
        if (left === null) return true;
      }
      for (const { fingerprint } of left.alerts) parts.history.passed(fingerprint, flush.groupKey);
      return await notifyAll(parts, left, signals);
    } catch (error) {
      parts.log.error('the pipeline failed', { group: flush.groupKey, err: errorMessage(error) });
      return false;
    }
  };
}

// One that fails does not keep the others from being told, and is tried again at the next flush alone.
async function notifyAll(parts: PipelineParts, flush: Flush, signals: FlushSignals): Promise<boolean> {
  const integrations = parts.integrations(flush.route.receiver);
  const outcomes = await Promise.all(integrations.map((each) => deliver(parts, each, { flush, signals })));
  return outcomes.every(Boolean);
}
