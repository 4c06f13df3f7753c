import { BarographError } from '#lib/errors';
import { joinEntries, type ReadEntries } from './entries.ts';
import type { Member, PeerAnswer, Question } from './message.ts';
import { batches, type Replica, versionsOf } from './replica.ts';

export interface ExchangesOptions {
  readonly replica: Pick<Replica, 'digest' | 'missingIn'>;
  readonly members: () => readonly Member[];
  readonly ask: (member: Member, question: Question) => Promise<PeerAnswer>;
  /** Takes over what a member had. */
  readonly take: (entries: ReadEntries, from: Member) => void;
  readonly onFailure: (member: Member, error: unknown) => void;
}

/** Exchanges of the whole state with the members, one at a time with each. */
export class Exchanges {
  private readonly options: ExchangesOptions;
  /** Instances that need one: they are new, or something could not be sent to them. */
  private readonly behind = new Set<string>();
  private readonly running = new Set<string>();
  private round = 0;

  constructor(options: ExchangesOptions) {
    this.options = options;
  }

  /** No member needs one. */
  get isDone(): boolean {
    return this.behind.size === 0 && this.running.size === 0;
  }

  need({ instance }: Member): void {
    this.behind.add(instance);
  }

  forget({ instance }: Member): void {
    this.behind.delete(instance);
  }

  /** Begins with the member whose turn it is. */
  next(): void {
    const members = this.options.members();
    const member = members[this.round++ % Math.max(1, members.length)];
    if (member !== undefined) void this.run(member);
  }

  /** Begins with all that need one. */
  catchUp(): void {
    for (const member of this.options.members()) if (this.behind.has(member.instance)) void this.run(member);
  }

  private async run(member: Member): Promise<void> {
    const { replica, ask, take, onFailure } = this.options;
    if (this.running.has(member.instance)) return;
    this.running.add(member.instance);
    this.behind.delete(member.instance);
    try {
      const parts = { replica, ask: (question: Question) => ask(member, question) };
      await exchangeState({ ...parts, take: (entries) => take(entries, member) });
    } catch (error) {
      onFailure(member, error);
    } finally {
      this.running.delete(member.instance);
    }
  }
}

export interface ExchangeParts {
  readonly replica: Pick<Replica, 'digest' | 'missingIn'>;
  readonly ask: (question: Question) => Promise<PeerAnswer>;
  /** Takes over what the peer had. */
  readonly take: (entries: ReadEntries) => void;
}

/**
 * Brings a peer and this instance to the same entries: takes page after page what it has, then gives it what it lacked.
 * When both have the same, one short question tells. Rejects when the peer does not answer; what was taken stays.
 */
export async function exchangeState({ replica, ask, take }: ExchangeParts): Promise<void> {
  const known = new Map<string, number>();
  const digest = replica.digest();
  let after: string | null = '';
  while (after !== null) {
    const { page }: PeerAnswer = await ask({ kind: 'pull', digest, after });
    if (page.isSame) return;
    for (const [key, version] of versionsOf(page.entries)) known.set(key, version);
    take(page.entries);
    if (page.next !== null && page.next <= after) throw notForward();
    after = page.next;
  }
  for (const batch of batches(replica.missingIn(known))) {
    await ask({ kind: 'update', isLive: false, entries: joinEntries(batch) });
  }
}

function notForward(): BarographError {
  return new BarographError('the pages of the peer do not go forward', { kind: 'unavailable', code: 'peer-answer' });
}
