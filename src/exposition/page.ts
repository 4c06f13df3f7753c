import type { BarographError } from '#lib/errors';
import type { Exemplar } from '#model/exemplar';
import type { Histogram } from '#model/histogram';
import type { MetricMetadata, MetricType } from '#model/metadata';

/** Types by the number that stands for them in `ExpositionPage.type`; 0 also where nothing was said. */
export const METRIC_TYPES: readonly MetricType[] = [
  'unknown',
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
];

/** Index 0 of `METRIC_TYPES`. */
export const TYPE_UNKNOWN = 0;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** A HELP, TYPE or UNIT line, from its first byte to behind its newline, and what it said. */
export interface DescriptorLine {
  readonly start: number;
  readonly end: number;
  readonly name: string;
  readonly said: Partial<MetricMetadata>;
}

/** What a row is of a classic histogram. */
export interface ClassicPart {
  /** The series text of the histogram; '' = the row is of none. */
  readonly text: string;
  /** The end of the metric's name: `_bucket`, `_sum`, `_count` or `_created`. */
  readonly role: string;
  /** Of `_bucket`; NaN otherwise. */
  readonly bound: number;
}

/**
 * One scraped page in columns, one row per sample in the order of the page. Series stay the bytes they were sent as: no
 * string is made of a series that the page before had too. Immutable once parsed; keeps `bytes` alive.
 */
export class ExpositionPage {
  /** What `start` and `end` point into. */
  bytes: Uint8Array;
  /** Number of samples. */
  length = 0;
  /** Where each series' text (name and labels) starts and ends in `bytes`. */
  start = new Int32Array(0);
  end = new Int32Array(0);
  value = new Float64Array(0);
  /** Explicit timestamps in ms; NaN where there is none. */
  timestamp = new Float64Array(0);
  /** The latest TYPE above the sample, as index into METRIC_TYPES. */
  type = new Uint8Array(0);
  /** The latest family named by HELP, TYPE or UNIT above the sample, as index into `families`; -1 before the first. */
  family = new Int32Array(0);
  /** The row of the previous page with the same series text; -1 where there is none. */
  same = new Int32Array(0);
  /** By row. */
  readonly exemplars = new Map<number, readonly Exemplar[]>();
  /** By row: its value is a native histogram. */
  readonly histograms = new Map<number, Histogram>();
  /** By row: when the series began, in ms, where the page says so. */
  readonly startTimes = new Map<number, number>();
  /** By row, where classic histograms were converted: what the row is of one. */
  readonly parts: ClassicPart[] = [];
  /** The rows that classic histograms were converted to, in their order. */
  readonly converted: number[] = [];
  /** Rows that are there only to be made into other rows: they are no samples. */
  readonly hidden = new Set<number>();
  /** In the order of the page. */
  readonly families: { readonly name: string; readonly metadata: MetricMetadata }[] = [];
  /** In the order of the page. */
  readonly descriptors: DescriptorLine[] = [];
  /** Why the page could not be read to its end; the rows are those before. */
  error: BarographError | null = null;
  private rows: ReadonlyMap<string, number> | null = null;

  /** By row, where they were asked for, the labels that all pages with these rows have together; null: this page is alone. */
  pairs: (readonly string[] | undefined)[] | null = null;

  /** Makes room for `capacity` rows. */
  constructor(bytes: Uint8Array, capacity: number) {
    this.bytes = bytes;
    this.grow(capacity);
  }

  /** The text of a row's series. */
  text(row: number): string {
    return decoder.decode(this.bytes.subarray(this.start[row]!, this.end[row]!));
  }

  /**
   * A page with the same rows and other values, which belong to it from then on. All pages made of one have their labels
   * together. Only for a page of plain samples.
   */
  withValues(value: Float64Array<ArrayBuffer>): ExpositionPage {
    const page = new ExpositionPage(this.bytes, 0);
    page.length = this.length;
    page.start = this.start;
    page.end = this.end;
    page.value = value;
    page.timestamp = this.timestamp;
    page.type = this.type;
    page.family = this.family;
    page.same = new Int32Array(this.length).fill(-1);
    page.families.push(...this.families);
    page.descriptors.push(...this.descriptors);
    this.pairs ??= [];
    page.pairs = this.pairs;
    return page;
  }

  /** The row with this series text, the last one where there are several; -1 where there is none. */
  rowOf(text: string): number {
    if (this.rows === null) {
      const rows = new Map<string, number>();
      for (let row = 0; row < this.length; row++) rows.set(this.text(row), row);
      this.rows = rows;
    }
    return this.rows.get(text) ?? -1;
  }

  /** Makes room for one more row and returns its number; the caller fills the columns. */
  add(): number {
    if (this.length === this.start.length) this.grow(Math.max(64, this.length * 2));
    return this.length++;
  }

  private grow(capacity: number): void {
    this.start = moved(this.start, new Int32Array(capacity));
    this.end = moved(this.end, new Int32Array(capacity));
    this.value = moved(this.value, new Float64Array(capacity));
    this.timestamp = moved(this.timestamp, new Float64Array(capacity));
    this.type = moved(this.type, new Uint8Array(capacity));
    this.family = moved(this.family, new Int32Array(capacity));
    this.same = moved(this.same, new Int32Array(capacity));
  }
}

function moved<T extends Int32Array | Float64Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** What a page says of its metrics, by family name. */
export function metadataOf({ families }: ExpositionPage): ReadonlyMap<string, MetricMetadata> {
  return new Map(families.map(({ name, metadata }) => [name, metadata]));
}
