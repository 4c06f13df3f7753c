import { parseDuration } from '#lib/duration';
import { MAX_TIME, MIN_TIME, type Millis, type TimeRange } from '#model/time';
import { badParameter, badRequest } from './errors.ts';

/** Prometheus refuses a query of more points per series than this. */
const MAX_POINTS = 11_000;

/** The parameters of a request: those of the URL and, for a form, those of the body. */
export class Params {
  private readonly values: URLSearchParams;

  constructor(values: URLSearchParams) {
    this.values = values;
  }

  get(name: string): string {
    return this.values.get(name) ?? '';
  }

  all(name: string): readonly string[] {
    return this.values.getAll(name);
  }

  /** A time as RFC 3339 or Unix seconds, or `fallback` when the parameter is missing. */
  time(name: string, fallback: Millis): Millis {
    const text = this.get(name);
    if (text === '') return fallback;
    const time = parseTime(text);
    if (time !== null) return time;
    throw badParameter(name, `invalid time value for '${name}': ${notA('timestamp', text)}`);
  }

  /** A duration as `5m` or in seconds; null when the parameter is missing. */
  duration(name: string): Millis | null {
    const text = this.get(name);
    if (text === '') return null;
    const duration = parseSecondsOrDuration(text);
    if (duration === null) throw badParameter(name, notA('duration', text));
    return duration;
  }

  /** A whole number of at least 0; 0 (no limit) when the parameter is missing. */
  limit(name = 'limit'): number {
    const text = this.get(name);
    if (text === '') return 0;
    if (!/^\+?\d+$/.test(text)) {
      if (/^-\d+$/.test(text)) throw badParameter(name, 'limit must be non-negative');
      throw badParameter(name, `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
    }
    return Number(text);
  }

  /** `start` and `end`; what is missing reaches to the end of time. The end may lie before the start. */
  range(): TimeRange {
    return { start: this.time('start', MIN_TIME), end: this.time('end', MAX_TIME) };
  }

  /** The range and step of a range query. */
  grid(): { start: Millis; end: Millis; step: Millis } {
    const start = this.requiredTime('start');
    const end = this.requiredTime('end');
    if (end < start) throw badParameter('end', 'end timestamp must not be before start time');
    const step = this.duration('step');
    if (step === null) throw badParameter('step', notA('duration', ''));
    if (step <= 0) {
      throw badParameter(
        'step',
        'zero or negative query resolution step widths are not accepted. Try a positive integer',
      );
    }
    if (Math.floor((end - start) / step) > MAX_POINTS) {
      throw badRequest(
        'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
      );
    }
    return { start, end, step };
  }

  private requiredTime(name: string): Millis {
    const time = parseTime(this.get(name));
    if (time === null) throw badParameter(name, notA('timestamp', this.get(name)));
    return time;
  }
}

function notA(what: string, text: string): string {
  return `cannot parse ${JSON.stringify(text)} to a valid ${what}`;
}

const RFC3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;
const FLOAT = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** Unix ms of an RFC 3339 time or of Unix seconds with fraction; null when it is neither. */
export function parseTime(text: string): Millis | null {
  if (FLOAT.test(text)) return boundedMillis(Number(text) * 1000);
  if (!RFC3339.test(text)) return null;
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : time;
}

function parseSecondsOrDuration(text: string): Millis | null {
  if (FLOAT.test(text)) return boundedMillis(Number(text) * 1000);
  try {
    return parseDuration(text);
  } catch {
    // parseDuration has no other way to fail than "this is not a duration".
    return null;
  }
}

function boundedMillis(value: number): Millis | null {
  const rounded = Math.round(value);
  return Math.abs(rounded) <= MAX_TIME ? rounded : null;
}
