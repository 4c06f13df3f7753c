import type { BlockMeta } from '#block/meta';
import { BarographError, errorMessage } from '#lib/errors';
import { type Labels, METRIC_NAME } from '#model/labels';
import type { Millis, TimeRange } from '#model/time';
import { nextSlot } from '#rules/group';
import type { RecordingRule, RuleGroup } from '#rules/rule';
import { SampleBuffer } from '#storage/sample-buffer';
import { BACKFILL_RANGE, type BackfillSeries, writeBackfilled } from './backfill.ts';
import type { RangeQuery, RangeSeries } from './range-query.ts';

/** Recording rules and the time that they are evaluated over. */
export interface RuleBackfill {
  readonly groups: readonly RuleGroup[];
  /** Both ends belong to it. */
  readonly range: TimeRange;
  readonly query: RangeQuery;
  /** The data directory. */
  readonly dir: string;
  readonly now: Millis;
  /** Hears of each block when it is complete. */
  readonly onBlock: (meta: BlockMeta) => Promise<void>;
}

/** What a series got so far: the value of each time. */
interface Collected {
  readonly labels: Labels;
  readonly values: Map<Millis, number>;
}

/**
 * Evaluates the recording rules at the times at which a running server would have done it, and writes what they give as one
 * block for each two hours. A rule does not see what another one is given here. Where two rules write the same series,
 * the first one's value stands. Rejects at the first query that fails, and names its rule: the blocks before it are there.
 */
export async function createRuleBlocks(backfill: RuleBackfill): Promise<void> {
  const { start, end } = backfill.range;
  const first = Math.floor(start / BACKFILL_RANGE) * BACKFILL_RANGE;
  for (let from = first; from <= end; from += BACKFILL_RANGE) {
    const slot = { start: Math.max(from, start), end: Math.min(from + BACKFILL_RANGE - 1, end) };
    const meta = await writeBackfilled(await evaluated(slot, backfill), backfill);
    if (meta) await backfill.onBlock(meta);
  }
}

async function evaluated(range: TimeRange, { groups, query }: RuleBackfill): Promise<BackfillSeries[]> {
  const all = new Map<string, Collected>();
  for (const group of groups) {
    for (const rule of group.rules) {
      if (rule.kind !== 'recording') continue;
      for (const series of await askFor(rule, group, { range, query })) collect(all, rule, series);
    }
  }
  return [...all.values()].map(({ labels, values }) => ({ labels, samples: inOrder(values) }));
}

async function askFor(
  rule: RecordingRule,
  group: RuleGroup,
  { range, query }: { readonly range: TimeRange; readonly query: RangeQuery },
): Promise<readonly RangeSeries[]> {
  const start = nextSlot(group, range.start + group.queryOffset - 1) - group.queryOffset;
  if (start > range.end) return [];
  try {
    return await query(rule.query, { start, end: range.end, step: group.interval });
  } catch (error) {
    const hint = error instanceof BarographError && error.hint !== undefined ? { hint: error.hint } : {};
    throw new BarographError(`rule ${rule.name} of group ${group.name}: ${errorMessage(error)}`, {
      ...{ kind: 'unavailable', code: 'backfill-query', cause: error },
      ...hint,
    });
  }
}

/** As a rule stores its results: under its name, its labels over those of the result. */
function collect(all: Map<string, Collected>, rule: RecordingRule, { labels: own, t, v }: RangeSeries): void {
  const labels = own.with({ ...rule.labels.toRecord(), [METRIC_NAME]: rule.name });
  const known = all.get(labels.key) ?? { labels, values: new Map<Millis, number>() };
  all.set(labels.key, known);
  t.forEach((time, i) => {
    if (!known.values.has(time)) known.values.set(time, v[i]!);
  });
}

function inOrder(values: ReadonlyMap<Millis, number>): SampleBuffer {
  const samples = new SampleBuffer(values.size);
  for (const [t, v] of [...values].sort((a, b) => a[0] - b[0])) samples.pushFloat(t, v);
  return samples;
}
