import type { DiscoveryJson, TargetsJson } from '../api/prometheus.ts';

/** Why a configured job gives fewer targets than its configuration asks for, or none. */
export interface QuietJob {
  readonly key: string;
  readonly job: string;
  /** `kubernetes`, `file`, …; null where it is not about one discovery. */
  readonly mechanism: string | null;
  readonly text: string;
  /** RFC 3339; null when that is not known. */
  readonly since: string | null;
  readonly bad: boolean;
}

export interface JobSources {
  /** All configured jobs. */
  readonly jobs: readonly string[];
  readonly discoveries: readonly DiscoveryJson[];
  readonly targets: TargetsJson;
}

/** Jobs without targets, and discoveries that fail although their job has some; in the order of the jobs' names. */
export function quietJobs({ jobs, discoveries, targets }: JobSources): QuietJob[] {
  return [...jobs].sort().flatMap((job) => {
    const own = discoveries.filter((discovery) => discovery.job === job);
    const failing = own.filter(({ error }) => error !== null);
    const scraped = targets.activeTargets.some(({ scrapePool }) => scrapePool === job);
    const shown = scraped || failing.length > 0 ? failing.map(discoveryNote) : silent(job, own, targets);
    return shown.map((note, i) => ({ ...note, job, key: `${job} ${i}` }));
  });
}

type Note = Omit<QuietJob, 'job' | 'key'>;

/** Nothing fails, and yet there is nothing to scrape. */
function silent(job: string, own: readonly DiscoveryJson[], targets: TargetsJson): Note[] {
  const dropped = targets.droppedTargetCounts?.[job] ?? 0;
  const rejected = (targets.rejectedTargets ?? []).filter(({ scrapePool }) => scrapePool === job);
  if (rejected.length > 0) return [note(`${counted(rejected.length)} cannot be scraped: ${rejected[0]!.error}`, true)];
  if (dropped > 0) return [note(`relabelling dropped all of its targets (${dropped})`, false)];
  if (own.length === 0) return [note('nothing says where its targets are: add static_configs or a discovery', true)];
  return own.map(discoveryNote);
}

function discoveryNote({ mechanism, error, errorSince, lastUpdate, targets }: DiscoveryJson): Note {
  if (error !== null) return { mechanism, text: error, since: errorSince, bad: true };
  if (lastUpdate === null) return { mechanism, text: 'has not answered yet', since: null, bad: false };
  const text = targets === 0 ? 'finds no targets' : `found ${counted(targets)}, which are on their way to the scrapers`;
  return { mechanism, text, since: targets === 0 ? lastUpdate : null, bad: false };
}

function note(text: string, bad: boolean): Note {
  return { mechanism: null, text, since: null, bad };
}

function counted(targets: number): string {
  return targets === 1 ? '1 target' : `${targets} targets`;
}
