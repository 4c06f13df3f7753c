import { useMemo } from 'react';
import { Link } from 'wouter';
import type { Millis } from '#model/time';
import { type Attempt, attemptsOf, failingNow } from '../alerts/attempts.ts';
import { withTimes } from '../alerts/why-words.ts';
import type { AlertEventJson } from '../api/alerting.ts';
import { usePrometheus } from '../api/answers.ts';
import { agoText } from '../format/duration.ts';
import { useTimeZone } from '../state/preferences.ts';
import { formatDateTime } from '../state/time-range.ts';

const HOUR: Millis = 3_600_000;
/** What was last tried longer ago is not what fails now. */
const RECENT: Millis = 6 * HOUR;
/** One event tells of the tries of some hours. */
const EARLIEST: Millis = 2 * RECENT;
const SHOWN = 4;
const NO_EVENTS: readonly AlertEventJson[] = [];

/** Who could not be told of alerts when that was last tried. Nothing when everybody could. */
export function FailingNote({ every }: { readonly every: Millis | false }) {
  const any = useHistory(['failed'], { every, limit: 1 }).length > 0;
  const events = useHistory(['sent', 'failed'], { every, limit: 5000, enabled: any });
  const failing = useMemo(() => failingNow(attemptsOf(events)), [events]);
  const now = Date.now();
  const recent = failing.filter(({ lastAt }) => any && now - lastAt < RECENT);
  if (recent.length === 0) return null;
  return (
    <div className="note-box bad" role="status" data-testid="failing-notifications">
      <b>Somebody could not be told of alerts.</b>
      {recent.slice(0, SHOWN).map((attempt) => (
        <FailingLine key={attempt.key} attempt={attempt} now={now} />
      ))}
      {recent.length > SHOWN ? (
        <p>
          <Link href="/alerts/notifications?show=failed">{recent.length - SHOWN} more</Link>
        </p>
      ) : null}
    </div>
  );
}

function FailingLine({ attempt, now }: { readonly attempt: Attempt; readonly now: Millis }) {
  const timeZone = useTimeZone();
  const { receiver, integration, detail, lastAt } = attempt;
  return (
    <p>
      <Link href={`/alerts/notifications?show=failed&filter=${encodeURIComponent(receiver)}`}>
        {receiver} {integration}
      </Link>{' '}
      {agoText(lastAt, now)}:{' '}
      <span className="mono">{withTimes(detail, (time) => formatDateTime(time, timeZone))}</span>
    </p>
  );
}

interface Asked {
  readonly every: Millis | false;
  readonly limit: number;
  readonly enabled?: boolean;
}

function useHistory(kind: readonly string[], { every, limit, enabled = true }: Asked): readonly AlertEventJson[] {
  // To the hour: the same question while nobody asks for another.
  const start = (Math.floor(Date.now() / HOUR) * HOUR - EARLIEST) / 1000;
  const answer = usePrometheus<{ events: readonly AlertEventJson[] }>('alerting/history', {
    params: { kind, start, limit },
    every,
    enabled,
  });
  return answer.data?.data.events ?? NO_EVENTS;
}
