/** So many names are told. */
const MOST_TOLD = 8;
/** So many are counted. */
const MOST_COUNTED = 32;
/** Names that count less than this part of the greatest are not worth telling. */
const LEAST_SHARE = 0.1;

/**
 * The names that were counted most, in bounded memory (Space-Saving: Metwally, Agrawal and El Abbadi, 2005): a name beyond
 * those that fit takes the place of the smallest one, and its count.
 */
export class TopCounts {
  private readonly counts = new Map<string, number>();

  add(name: string): void {
    const known = this.counts.get(name);
    if (known !== undefined) this.counts.set(name, known + 1);
    else if (this.counts.size < MOST_COUNTED) this.counts.set(name, 1);
    else this.replaceSmallest(name);
  }

  /** The greatest, greatest first, at most eight; `hasOthers` when there are other names. */
  greatest(): { readonly names: readonly string[]; readonly hasOthers: boolean } {
    const sorted = [...this.counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
    const least = LEAST_SHARE * (sorted[0]?.[1] ?? 0);
    const names = sorted.filter(([, count]) => count >= least).map(([name]) => name);
    return { names: names.slice(0, MOST_TOLD), hasOthers: sorted.length > Math.min(names.length, MOST_TOLD) };
  }

  clear(): void {
    this.counts.clear();
  }

  private replaceSmallest(name: string): void {
    let smallest = '';
    let least = Number.POSITIVE_INFINITY;
    for (const [other, count] of this.counts) {
      if (count >= least) continue;
      least = count;
      smallest = other;
    }
    this.counts.delete(smallest);
    this.counts.set(name, least + 1);
  }
}
