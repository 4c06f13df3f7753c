import type { Exemplar } from '#model/exemplar';
import type { Histogram } from '#model/histogram';
import type { MetricType } from '#model/metadata';
import { ExpositionPage, METRIC_TYPES } from '../page.ts';
import { seriesText } from '../write.ts';

const encoder = new TextEncoder();

/** A sample on its way into a page. */
export interface PageRow {
  readonly name: string;
  /** name, value, … in the order sent; checked. */
  readonly labels: readonly string[];
  readonly value: number;
  /** In ms; NaN = none. */
  readonly timestamp: number;
  readonly startTime: number | null;
  readonly exemplars: readonly Exemplar[];
  readonly histogram?: Histogram;
}

/** A page whose series texts are written here, because its format does not have them. */
export class PageWriter {
  readonly page: ExpositionPage;
  private readonly previous: ExpositionPage | null;
  private bytes: Uint8Array;
  private length = 0;
  /** The row of the previous page that should come next. */
  private expected = 0;
  private family = -1;
  private type = 0;

  constructor(previous: ExpositionPage | null) {
    const capacity = previous ? previous.length + 8 : 256;
    this.bytes = new Uint8Array(previous ? previous.bytes.length + 256 : 1 << 14);
    this.page = new ExpositionPage(this.bytes, capacity);
    this.previous = previous;
  }

  beginFamily(
    name: string,
    metadata: { readonly type: MetricType; readonly help: string; readonly unit: string },
  ): void {
    this.family = this.page.families.push({ name, metadata }) - 1;
    this.type = METRIC_TYPES.indexOf(metadata.type);
  }

  add({ name, labels, value, timestamp, startTime, exemplars, histogram }: PageRow): void {
    const { page } = this;
    const row = page.add();
    page.start[row] = this.length;
    this.write(seriesText(name, labels));
    page.end[row] = this.length;
    page.value[row] = value;
    page.timestamp[row] = timestamp;
    page.type[row] = this.type;
    page.family[row] = this.family;
    const same = this.find(row);
    page.same[row] = same;
    if (same >= 0) this.expected = same + 1;
    if (startTime !== null) page.startTimes.set(row, startTime);
    if (exemplars.length > 0) page.exemplars.set(row, exemplars);
    if (histogram !== undefined) page.histograms.set(row, histogram);
  }

  private find(row: number): number {
    const { previous, expected } = this;
    if (previous === null) return -1;
    const { page, bytes } = this;
    const from = page.start[row]!;
    const length = page.end[row]! - from;
    const start = previous.start[expected] ?? 0;
    if (expected < previous.length && previous.end[expected]! - start === length) {
      let i = length - 1;
      while (i >= 0 && bytes[from + i] === previous.bytes[start + i]) i--;
      if (i < 0) return expected;
    }
    return previous.rowOf(page.text(row));
  }

  private write(text: string): void {
    const needed = this.length + text.length * 3;
    if (needed > this.bytes.length) {
      const larger = new Uint8Array(needed * 2);
      larger.set(this.bytes);
      this.bytes = larger;
      this.page.bytes = larger;
    }
    this.length += encoder.encodeInto(text, this.bytes.subarray(this.length)).written;
  }
}
