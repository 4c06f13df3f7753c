import type { Matcher } from '#model/matcher';
import { matchingPostings, type Postings, type PostingsIndex, selectionKey } from './postings.ts';

/** Ids that are kept for all selections of one index. */
const MOST_IDS = 1 << 16;

/** The selections from an index that does not change, remembered as they are asked for. */
export class RememberedPostings {
  private readonly index: PostingsIndex;
  private readonly known = new Map<string, Postings>();
  private held = 0;

  constructor(index: PostingsIndex) {
    this.index = index;
  }

  /** As `matchingPostings`. Not to be changed. */
  matching(matchers: readonly Matcher[]): Postings {
    const key = selectionKey(matchers);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const found = matchingPostings(this.index, matchers);
    this.remember(key, found);
    return found;
  }

  private remember(key: string, found: Postings): void {
    // One more for each, so that a thousand selections of nothing do not stay for ever.
    const room = found.length + 1;
    if (room > MOST_IDS) return;
    // Bounded by forgetting everything: what is in use comes back at once.
    if (this.held + room > MOST_IDS) {
      this.known.clear();
      this.held = 0;
    }
    this.known.set(key, found);
    this.held += room;
  }
}
