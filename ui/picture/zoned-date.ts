import type { MinutesBehind } from '#dashboards/local-time';
import { namedZone } from '#dashboards/named-zone';

const PlainDate = Date;
type Plain = InstanceType<typeof PlainDate>;

const MINUTE = 60_000;

let zone: MinutesBehind | null = null;

/** What local time is from now on in this thread: that of a zone by its IANA name, or the machine's. */
export function setLocalZone(name: string | null): void {
  zone = name === null ? null : namedZone(name);
}

function offsetAt(time: number): number {
  return zone === null ? new PlainDate(time).getTimezoneOffset() : zone(time);
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
