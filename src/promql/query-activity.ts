import type { MatcherSpec } from '#model/matcher';
import type { Millis } from '#model/time';
import type { QueryJob, QueryOrigin } from './job.ts';
import type { RecordingRuleAdvice } from './recording-rule.ts';
import { goQuote } from './syntax/quote.ts';

/** A query that waits or runs. Times are Unix ms. */
export interface LiveQuery {
  readonly id: string;
  /** The expression; for other jobs what they select. */
  readonly query: string;
  readonly kind: QueryJob['kind'];
  /** Null where the job has none. */
  readonly start: Millis | null;
  readonly end: Millis | null;
  readonly step: Millis | null;
  readonly client: string;
  readonly arrived: Millis;
  /** Null while it waits for a thread. */
  readonly started: Millis | null;
  /** Samples loaded so far, and bytes held now. */
  readonly samples: number;
  readonly bytes: number;
}

/** An expression that took long, with all its runs since the server started. Seconds are those in a thread, without waiting. */
export interface SlowQuery {
  /** In canonical form. */
  readonly query: string;
  readonly runs: number;
  readonly totalSeconds: number;
  readonly lastSeconds: number;
  readonly maxSeconds: number;
  /** Of the last run that succeeded. */
  readonly series: number;
  readonly samplesRead: number;
  /** Of the last run. */
  readonly client: string;
  readonly last: Millis;
  readonly start: Millis;
  readonly end: Millis;
  /** 0: an instant query. */
  readonly step: Millis;
  readonly recordingRule: RecordingRuleAdvice | null;
}

/** What queries do and did. */
export interface QueryActivity {
  /** In order of arrival. */
  running(): readonly LiveQuery[];
  /** Those that took the most time in total first. */
  slow(): readonly SlowQuery[];
  /** Ends a query, whether it waits or runs; its client gets an error that says so. False: there is no such query now. */
  kill(id: string): boolean;
}

/** What a job asks, in one line. */
export function jobText(job: QueryJob): string {
  if ('expr' in job) return job.expr;
  if (job.kind === 'together') return job.exprs.join('; ');
  const selectors = job.selectors.map(selectorText).join(', ');
  return job.kind === 'label-values' ? `${job.name}: ${selectors}` : selectors;
}

function selectorText(matchers: readonly MatcherSpec[]): string {
  return `{${matchers.map(({ name, operator, value }) => `${name}${operator}${goQuote(value)}`).join(',')}}`;
}

/** Who asks, for people: `dashboard node-exporter from 10.0.0.7`, `curl from 127.0.0.1`, `rules node.yml; cpu`. */
export function clientText(origin: QueryOrigin | undefined): string {
  if (origin === undefined) return 'this server';
  if (origin.kind === 'rule') return `rules ${origin.file}; ${origin.group}`;
  const { address, userAgent, dashboard } = origin.client;
  const [product = ''] = userAgent.split(/[\s/]/);
  const program = product === 'Mozilla' ? 'browser' : product === '' ? 'somebody' : product;
  const who = dashboard === '' ? program : `dashboard ${dashboard}`;
  return `${who.slice(0, 80)}${address === '' ? '' : ` from ${address}`}`;
}
