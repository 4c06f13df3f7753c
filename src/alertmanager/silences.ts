import type { Clock } from '#lib/clock';
import { BarographError } from '#lib/errors';
import { isoTime } from '#lib/iso-time';
import type { Log } from '#lib/log';
import type { MetaDatabase } from '#meta/meta-database';
import type { StoredSilence } from '#meta/silences';
import type { Labels } from '#model/labels';
import { createMatcher, type Matcher } from '#model/matcher';
import type { Millis } from '#model/time';
import { matchesAll } from './inhibition.ts';
import type { MatcherMode } from './matcher-syntax.ts';
import type { SilenceLimits } from './options.ts';
import { checkSilence, mayKeepId, sameMatcher, silenceState } from './silence-rules.ts';
import { silenceSize } from './silence-size.ts';
import type { PostedSilence, SilenceFilter, SilenceState, SilenceView } from './view.ts';

export interface SilencesOptions {
  readonly meta: MetaDatabase;
  readonly clock: Clock;
  readonly log: Log;
  /** How long an expired silence can still be seen. */
  readonly retention: Millis;
  readonly limits: SilenceLimits;
  /** Whether the log says what becomes of silences. */
  readonly logChanges: boolean;
  readonly mode: MatcherMode;
}

interface Held {
  readonly silence: StoredSilence;
  readonly matchers: readonly Matcher[];
}

interface Cached {
  readonly version: number;
  readonly silences: readonly StoredSilence[];
}

/** The silences, on the disk before a change is acknowledged. */
export class Silences {
  /** Told of what was created or changed here, once it is on the disk. */
  onChange: (silences: readonly StoredSilence[]) => void = () => {};
  private readonly options: SilencesOptions;
  private readonly held = new Map<string, Held>();
  /** Silences that match an alert, by its fingerprint, good for one version of the set. */
  private readonly cache = new Map<string, Cached>();
  private version = 0;
  /** Silences as they will be when what is being written is on the disk: the next change builds on it. */
  private readonly changing = new Map<string, StoredSilence>();

  constructor(options: SilencesOptions) {
    this.options = options;
    for (const silence of options.meta.silences.all()) this.hold(silence);
  }

  /** Creates or changes a silence and gives its id, which is a new one where upstream would make a new one. */
  async set(posted: PostedSilence): Promise<string> {
    const now = this.options.clock.now();
    const id = posted.id ?? '';
    const previous = id === '' ? undefined : this.newest(id);
    checkSilence(posted, now, this.options.mode);
    if (id !== '' && previous === undefined) throw notFound();
    const kept = previous !== undefined && mayKeepId(previous, posted, now);
    if (!kept) this.checkRoom();
    const silence: StoredSilence = {
      id: kept ? previous.id : crypto.randomUUID(),
      matchers: posted.matchers.map(({ name, operator, value }) => ({ name, operator, value })),
      startsAt: kept ? posted.startsAt : Math.max(posted.startsAt, now),
      endsAt: posted.endsAt,
      updatedAt: kept ? laterThan(previous, now) : now,
      createdBy: posted.createdBy,
      comment: posted.comment,
      annotations: posted.annotations ?? {},
    };
    this.checkSize(silence);
    const ended = previous && !kept ? expired(previous, now) : null;
    if (ended) this.tell('expire silence', ended);
    this.tell(kept ? 'update silence' : 'create silence', silence);
    await this.save(ended ? [ended, silence] : [silence]);
    return silence.id;
  }

  /** Ends a silence now. One that has ended stays as it is. Throws `silence-not-found`. */
  async expire(id: string): Promise<void> {
    const silence = this.newest(id);
    if (!silence) throw notFound();
    const ended = expired(silence, this.options.clock.now());
    if (!ended) return;
    this.tell('expire silence', ended);
    await this.save([ended]);
  }

  /**
   * Takes over silences of other instances and gives those that were new: the newer of two states stays, those that are
   * forgotten here are left out. They count at once; what cannot be written is logged.
   */
  merge(silences: readonly StoredSilence[]): readonly StoredSilence[] {
    const oldest = this.oldest();
    const taken = silences.filter((silence) => silence.endsAt >= oldest && this.isNew(silence));
    for (const silence of taken) this.hold(silence);
    this.write(taken).catch((error: unknown) => {
      this.options.log.error('silences of other instances could not be written', { err: error });
    });
    return taken;
  }

  /** All that are remembered, as they are kept. */
  *stored(): Generator<StoredSilence> {
    for (const { silence } of this.held.values()) yield silence;
  }

  get(id: string): SilenceView | undefined {
    const held = this.held.get(id);
    return held && view(held.silence, this.options.clock.now());
  }

  /** Active (ends first), pending (starts first), expired (newest first). */
  list(filter: SilenceFilter): SilenceView[] {
    const now = this.options.clock.now();
    const wanted: Readonly<Record<SilenceState, boolean>> = {
      active: filter.active ?? true,
      pending: filter.pending ?? true,
      expired: filter.expired ?? true,
    };
    return [...this.held.values()]
      .map(({ silence }) => view(silence, now))
      .filter((silence) => wanted[silence.state])
      .filter(({ matchers }) => (filter.matchers ?? []).every((asked) => matchers.some((m) => sameMatcher(m, asked))))
      .sort(inOrderOfUse);
  }

  /** Sorted ids of the silences that are active at `now` and match the alert. */
  silencing(fingerprint: string, labels: Labels, now: Millis): readonly string[] {
    if (this.held.size === 0) return NONE;
    let cached = this.cache.get(fingerprint);
    if (cached?.version !== this.version) {
      cached = { version: this.version, silences: this.matching(labels, now) };
      this.cache.set(fingerprint, cached);
    }
    return activeIds(cached.silences, now);
  }

  /** The same for labels that no alert of the store has: nothing of it is remembered. */
  silencingOnce(labels: Labels, now: Millis): readonly string[] {
    return activeIds(this.matching(labels, now), now);
  }

  /** Forgets what is known of an alert that has left the store. */
  forget(fingerprint: string): void {
    this.cache.delete(fingerprint);
  }

  /** Drops silences that expired longer ago than the retention. */
  async collectGarbage(): Promise<void> {
    const oldest = this.oldest();
    const dead = [...this.held.values()].map(({ silence }) => silence).filter(({ endsAt }) => endsAt < oldest);
    if (dead.length === 0) return;
    await this.options.meta.commit(() => {
      for (const { id } of dead) this.options.meta.silences.delete(id);
    });
    for (const { id } of dead) this.held.delete(id);
    this.version++;
  }

  /** Number of silences in each state. */
  count(): Readonly<Record<SilenceState, number>> {
    const now = this.options.clock.now();
    const counts = { active: 0, pending: 0, expired: 0 };
    for (const { silence } of this.held.values()) counts[silenceState(silence, now)]++;
    return counts;
  }

  private matching(labels: Labels, now: Millis): readonly StoredSilence[] {
    return [...this.held.values()]
      .filter(({ silence, matchers }) => silenceState(silence, now) !== 'expired' && matchesAll(matchers, labels))
      .map(({ silence }) => silence);
  }

  private checkRoom(): void {
    const { most } = this.options.limits;
    const { size } = this.held;
    if (most > 0 && size + 1 > most) throw beyond(`exceeded maximum number of silences: ${size} (limit: ${most})`);
  }

  private checkSize(silence: StoredSilence): void {
    const { limits, retention } = this.options;
    if (limits.mostBytes <= 0) return;
    const size = silenceSize(silence, retention);
    if (size > limits.mostBytes)
      throw beyond(`silence exceeded maximum size: ${size} bytes (limit: ${limits.mostBytes} bytes)`);
  }

  private tell(what: string, silence: StoredSilence): void {
    if (!this.options.logChanges) return;
    const { id, createdBy, comment, startsAt, endsAt, matchers } = silence;
    this.options.log.info(what, {
      ...{ Id: id, CreatedBy: createdBy, Comment: comment, StartsAt: isoTime(startsAt), EndsAt: isoTime(endsAt) },
      Matchers: matchers.map(({ name, operator, value }) => name + operator + value).join(','),
    });
  }

  private async save(silences: readonly StoredSilence[]): Promise<void> {
    for (const silence of silences) this.changing.set(silence.id, silence);
    try {
      await this.write(silences);
    } finally {
      for (const silence of silences) if (this.changing.get(silence.id) === silence) this.changing.delete(silence.id);
    }
    // Another instance may have changed one meanwhile.
    for (const silence of silences) if (this.isNew(silence)) this.hold(silence);
    this.onChange(silences);
  }

  private newest(id: string): StoredSilence | undefined {
    return this.changing.get(id) ?? this.held.get(id)?.silence;
  }

  private async write(silences: readonly StoredSilence[]): Promise<void> {
    if (silences.length === 0) return;
    await this.options.meta.commit(() => {
      for (const silence of silences) this.options.meta.silences.put(silence);
    });
  }

  private isNew({ id, updatedAt }: StoredSilence): boolean {
    return updatedAt > (this.held.get(id)?.silence.updatedAt ?? 0);
  }

  private oldest(): Millis {
    return this.options.clock.now() - this.options.retention;
  }

  private hold(silence: StoredSilence): void {
    this.held.set(silence.id, { silence, matchers: silence.matchers.map(createMatcher) });
    this.version++;
  }
}

const NONE: readonly string[] = [];

function activeIds(silences: readonly StoredSilence[], now: Millis): readonly string[] {
  if (silences.length === 0) return NONE;
  const active = silences.filter((silence) => silenceState(silence, now) === 'active');
  return active.map(({ id }) => id).sort();
}

/** The silence as it stands when it is ended at `now`; null when it has ended before. */
function expired(silence: StoredSilence, now: Millis): StoredSilence | null {
  switch (silenceState(silence, now)) {
    case 'expired':
      return null;
    case 'active':
      return { ...silence, endsAt: now, updatedAt: laterThan(silence, now) };
    case 'pending':
      return { ...silence, startsAt: now, endsAt: now, updatedAt: laterThan(silence, now) };
  }
}

/** A change made here is newer than what it changes, whatever the clock of another instance said. */
function laterThan({ updatedAt }: StoredSilence, now: Millis): Millis {
  return Math.max(now, updatedAt + 1);
}

function view(silence: StoredSilence, now: Millis): SilenceView {
  return { ...silence, state: silenceState(silence, now) };
}

const STATE_ORDER: Readonly<Record<SilenceState, number>> = { active: 0, pending: 1, expired: 2 };

function inOrderOfUse(a: SilenceView, b: SilenceView): number {
  if (a.state !== b.state) return STATE_ORDER[a.state] - STATE_ORDER[b.state];
  if (a.state === 'active') return a.endsAt - b.endsAt;
  return a.state === 'pending' ? a.startsAt - b.startsAt : b.endsAt - a.endsAt;
}

function beyond(message: string): BarographError {
  return new BarographError(message, { kind: 'bad-request', code: 'silence-limit' });
}

function notFound(): BarographError {
  return new BarographError('silence not found', { kind: 'bad-request', code: 'silence-not-found' });
}
