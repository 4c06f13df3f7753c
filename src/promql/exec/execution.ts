import type { Matcher } from '#model/matcher';
import type { Millis, TimeRange } from '#model/time';
import type { Querier, Queryable, Series, SeriesSet } from '#storage/queryable';
import type { Annotations } from '../annotations.ts';
import type { QueryGuard } from '../limits.ts';
import type { Selection } from '../plan/node.ts';
import type { StepGrid } from '../value.ts';

/** What all operators of one query share. */
export interface Execution {
  readonly lookbackDelta: Millis;
  readonly annotations: Annotations;
  readonly guard: QueryGuard;
  readonly counters: SampleCounters;
  readonly sources: Sources;
}

/** What a query has read so far. */
export interface SampleCounters {
  /** As Prometheus counts: each step's view of each sample. */
  queryable: number;
  seriesRead: number;
  samplesRead: number;
}

export interface SourceHints extends TimeRange {
  readonly step: Millis;
  readonly func: string;
  readonly newest?: boolean;
  readonly anyOrder?: boolean;
}

/**
 * The storage as one query sees it. Queriers are opened when the operators are built, all at the same moment, and closed
 * together at the end.
 */
export class Sources {
  private readonly storage: Queryable;
  private readonly guard: QueryGuard;
  private readonly annotations: Annotations;
  private readonly open: Querier[] = [];

  constructor(storage: Queryable, guard: QueryGuard, annotations: Annotations) {
    this.storage = storage;
    this.guard = guard;
    this.annotations = annotations;
  }

  /** A view of the storage that can be asked later. */
  prepare(range: TimeRange): Querier {
    const querier = this.storage.querier(range);
    this.open.push(querier);
    return querier;
  }

  /** The series that match, in batches; checks the query's limits between them and takes over the storage's warnings. */
  async *read(querier: Querier, matchers: readonly Matcher[], hints: SourceHints): AsyncGenerator<readonly Series[]> {
    const set: SeriesSet = querier.select(matchers, hints);
    for (let batch = await set.next(); batch; batch = await set.next()) {
      this.guard.check();
      yield batch;
    }
    this.guard.check();
    for (const warning of set.warnings) this.annotations.storageWarning(warning);
  }

  close(): void {
    for (const querier of this.open.splice(0)) querier.close();
  }
}

/** The times of the steps. */
export function stepTimes({ start, step, count }: StepGrid): Float64Array {
  const times = new Float64Array(count);
  for (let i = 0; i < count; i++) times[i] = start + i * step;
  return times;
}

/** The times at which a selection looks, by step. They never go back. */
export function lookTimes({ at, offset }: Pick<Selection, 'at' | 'offset'>, grid: StepGrid): Float64Array {
  if (at !== null) return new Float64Array(grid.count).fill(at - offset);
  const times = stepTimes(grid);
  if (offset !== 0) for (let i = 0; i < times.length; i++) times[i]! -= offset;
  return times;
}
