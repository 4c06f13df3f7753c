const PlainDate = Date;
type Plain = InstanceType<typeof PlainDate>;

let zone: Intl.DateTimeFormat | null = null;
/** Offsets change at quarters of an hour only. */
const QUARTER = 900_000;
const MINUTE = 60_000;
const offsets = new Map<number, number>();

/** What local time is from now on in this thread: that of a zone by its IANA name, or the machine's. */
export function setLocalZone(name: string | null): void {
  offsets.clear();
  const numbers = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;
  zone =
    name === null
      ? null
      : new Intl.DateTimeFormat('en-US', { ...numbers, second: 'numeric', hourCycle: 'h23', timeZone: name });
}

/** Minutes that the zone is behind UTC, as `getTimezoneOffset` counts. */
function offsetAt(time: number): number {
  if (zone === null || !Number.isFinite(time)) return new PlainDate(time).getTimezoneOffset();
  const quarter = Math.floor(time / QUARTER);
  const known = offsets.get(quarter);
  if (known !== undefined) return known;
  const parts = new Map(zone.formatToParts(quarter * QUARTER).map(({ type, value }) => [type, Number(value)]));
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = (
    ['year', 'month', 'day', 'hour', 'minute', 'second'] as const
  ).map((type) => parts.get(type));
  const offset = (quarter * QUARTER - PlainDate.UTC(year, month - 1, day, hour, minute, second)) / MINUTE;
  offsets.set(quarter, offset);
  return offset;
}

/** A Date whose local time is that of `setLocalZone`. */
export class ZonedDate extends PlainDate {
  constructor(...args: readonly unknown[]) {
    if (args.length > 1 && zone !== null) {
      const [year = 0, month = 0, day = 1, hour = 0, minute = 0, second = 0, milli = 0] = args as number[];
      const written = PlainDate.UTC(year, month, day, hour, minute, second, milli);
      // The offset where the time is, which may not be that of the first guess.
      const near = written + offsetAt(written) * MINUTE;
      super(written + offsetAt(near) * MINUTE);
    } else super(...(args as []));
  }

  private get shifted(): Plain {
    const time = this.getTime();
    return new PlainDate(time - offsetAt(time) * MINUTE);
  }

  override getTimezoneOffset(): number {
    return offsetAt(this.getTime());
  }

  override getFullYear(): number {
    return this.shifted.getUTCFullYear();
  }

  override getMonth(): number {
    return this.shifted.getUTCMonth();
  }

  override getDate(): number {
    return this.shifted.getUTCDate();
  }

  override getDay(): number {
    return this.shifted.getUTCDay();
  }

  override getHours(): number {
    return this.shifted.getUTCHours();
  }

  override getMinutes(): number {
    return this.shifted.getUTCMinutes();
  }

  override toDateString(): string {
    return this.shifted.toISOString().slice(0, 10);
  }
}
