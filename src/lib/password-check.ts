import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { hmacOf } from './hmac.ts';

/** Whether a password is the one that a hash was made of. Takes long. */
export type ComparePassword = (password: string, hash: string) => Promise<boolean>;

export interface PasswordCheckOptions {
  readonly compare: ComparePassword;
  /** Comparisons that may be under way or wait; more are refused. */
  readonly mostWaiting?: number;
}

export type Verdict = 'right' | 'wrong' | 'busy';

const MOST_REMEMBERED = 100;
const MOST_WAITING = 32;

/**
 * Checks passwords against hashes that are slow on purpose. What was right is remembered, by a keyed hash with a key that
 * dies with the process; the same question is asked once at a time. Unknown users take as long as others.
 */
export class PasswordCheck {
  private readonly compare: ComparePassword;
  private readonly mostWaiting: number;
  private readonly key = randomBytes(32).toString('hex');
  private readonly right = new LRUCache<string, true>({ max: MOST_REMEMBERED });
  private readonly asked = new Map<string, Promise<Verdict>>();

  constructor({ compare, mostWaiting = MOST_WAITING }: PasswordCheckOptions) {
    this.compare = compare;
    this.mostWaiting = mostWaiting;
  }

  /** What is known is answered at once. Never rejects: what could not be compared is `busy`. */
  check(users: ReadonlyMap<string, string>, user: string, password: string): Verdict | Promise<Verdict> {
    const hash = users.get(user);
    const compared = hash ?? nobodysHash(users);
    const question = hmacOf(this.key, JSON.stringify([user, compared, password]));
    if (hash !== undefined && this.right.get(question) === true) return 'right';
    const before = this.asked.get(question);
    if (before !== undefined) return before;
    if (this.asked.size >= this.mostWaiting) return 'busy';
    const verdict = this.ask(question, { password, hash: compared, isKnown: hash !== undefined });
    this.asked.set(question, verdict);
    return verdict;
  }

  private async ask(
    question: string,
    { password, hash, isKnown }: { readonly password: string; readonly hash: string; readonly isKnown: boolean },
  ): Promise<Verdict> {
    try {
      const isRight = (await this.compare(password, hash)) && isKnown;
      if (isRight) this.right.set(question, true);
      return isRight ? 'right' : 'wrong';
    } catch {
      return 'busy';
    } finally {
      this.asked.delete(question);
    }
  }
}

/** A hash that takes as long as the slowest of the users. Whatever it is compared with, nobody has that name. */
function nobodysHash(users: ReadonlyMap<string, string>): string {
  const costs = [...users.values()].map((hash) => /^\$2[a-z]?\$(\d\d)\$/.exec(hash)?.[1] ?? '10').sort();
  return `$2b$${costs.at(-1) ?? '10'}$${'.'.repeat(53)}`;
}
