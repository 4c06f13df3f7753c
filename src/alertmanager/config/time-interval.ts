import {
  converted,
  flowList,
  list,
  type ObjectOf,
  type ObjectSchema,
  object,
  optional,
  required,
  type Schema,
} from '#lib/schema';
import { string } from '#lib/schema-scalars';

/** Minutes since midnight; the end does not belong to it. 24:00 is minute 1440. */
interface MinuteRange {
  readonly startMinute: number;
  readonly endMinute: number;
}

/** Whole numbers; both ends belong to it. */
export interface InclusiveRange {
  readonly begin: number;
  readonly end: number;
}

const fields = {
  times: optional(list(minuteRange())),
  weekdays: optional(flowList(weekdayRange())),
  daysOfMonth: optional(flowList(dayOfMonthRange())),
  months: optional(flowList(monthRange())),
  years: optional(flowList(yearRange())),
  location: optional(location()),
};

/**
 * One time interval: all of its fields must hold, of each field one range. Weekdays count from Sunday 0, months from
 * January 1, negative days of the month from the end (-1 is the last). An absent field holds always; `location` is an
 * IANA zone or `Local`, UTC when absent.
 */
export interface TimeIntervalConfig extends ObjectOf<typeof fields> {}
export const timeIntervalSchema: ObjectSchema<TimeIntervalConfig> = object('timeinterval.TimeInterval', fields);

const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

function minuteRange(): Schema<MinuteRange> {
  const missing = 'both start and end times must be provided';
  const written = object('timeinterval.yamlTimeRange', {
    startTime: required(string(), missing),
    endTime: required(string(), missing),
  });
  return converted(written, {
    decode({ startTime, endTime }) {
      if (startTime === '' || endTime === '') throw new Error(missing);
      const range = { startMinute: parseMinute(startTime), endMinute: parseMinute(endTime) };
      if (range.startMinute >= range.endMinute) throw new Error('start time cannot be equal or greater than end time');
      return range;
    },
    encode: ({ startMinute, endMinute }) => ({ startTime: printMinute(startMinute), endTime: printMinute(endMinute) }),
  });
}

function parseMinute(text: string): number {
  if (!/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/.test(text)) {
    throw new Error(`couldn't parse timestamp ${text}, invalid format`);
  }
  const [hours, minutes] = text.split(':');
  return Number(hours) * 60 + Number(minutes);
}

function printMinute(minute: number): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

interface RangeRules {
  readonly type: string;
  /** The number of one end. Throws when there is none. */
  member(text: string): number;
  /** Throws when the range makes no sense. */
  check(range: InclusiveRange, text: string): void;
  print(member: number): string;
}

/** `a` or `a:b`, in any case. */
function inclusiveRange(rules: RangeRules): Schema<InclusiveRange> {
  return converted(string(), {
    type: rules.type,
    decode(text) {
      const parts = text.toLowerCase().split(':');
      if (parts.length > 2) throw new Error(`couldn't parse range ${text.toLowerCase()}, invalid format`);
      const [begin, end = begin] = parts.map(rules.member);
      const range = { begin: begin!, end: end! };
      rules.check(range, text);
      return range;
    },
    encode: ({ begin, end }) => (begin === end ? rules.print(begin) : `${rules.print(begin)}:${rules.print(end)}`),
  });
}

function weekdayRange(): Schema<InclusiveRange> {
  return inclusiveRange({
    type: 'timeinterval.WeekdayRange',
    member(text) {
      const day = DAYS.indexOf(text);
      if (day === -1) throw new Error(`${text} is not a valid weekday`);
      return day;
    },
    check({ begin, end }) {
      if (begin > end) throw new Error('start day cannot be before end day');
    },
    print: (day) => DAYS[day]!,
  });
}

function dayOfMonthRange(): Schema<InclusiveRange> {
  return inclusiveRange({
    type: 'timeinterval.DayOfMonthRange',
    member: parseInteger,
    check({ begin, end }) {
      for (const day of [begin, end]) {
        if (day === 0 || day < -31 || day > 31) throw new Error(`${day} is not a valid day of the month: out of range`);
      }
      if (begin < 0 && end > 0) throw new Error('end day must be negative if start day is negative');
      // A month has at least 28 days: what is empty there is empty in some month.
      const fromStart = (day: number) => (day < 0 ? 28 + day : day);
      if (fromStart(begin) > fromStart(end)) throw new Error(`end day ${end} is always before start day ${begin}`);
    },
    print: String,
  });
}

function monthRange(): Schema<InclusiveRange> {
  return inclusiveRange({
    type: 'timeinterval.MonthRange',
    member(text) {
      const month = MONTHS.indexOf(text) + 1 || (/^-?\d+$/.test(text) ? Number(text) : 0);
      if (month < 1 || month > 12) throw new Error(`${text} is not a valid month`);
      return month;
    },
    check({ begin, end }) {
      if (begin > end) throw new Error(`end month ${MONTHS[end - 1]} is before start month ${MONTHS[begin - 1]}`);
    },
    print: String,
  });
}

function yearRange(): Schema<InclusiveRange> {
  return inclusiveRange({
    type: 'timeinterval.YearRange',
    member: parseInteger,
    check({ begin, end }) {
      if (begin > end) throw new Error(`end year ${end} is before start year ${begin}`);
    },
    print: String,
  });
}

function parseInteger(text: string): number {
  if (!/^[-+]?\d+$/.test(text)) throw new Error(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

function location(): Schema<string> {
  return converted(string(), {
    type: 'timeinterval.Location',
    decode(zone) {
      if (zone === 'Local' || zone === '') return zone === '' ? 'UTC' : zone;
      try {
        new Intl.DateTimeFormat('en', { timeZone: zone });
      } catch {
        throw new Error(`unknown time zone ${zone}`);
      }
      return zone;
    },
    encode: (zone) => zone,
  });
}
