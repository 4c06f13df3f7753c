import { Link } from 'wouter';
import type { Millis } from '#model/time';
import type { RouteWhyJson, StandingJson, WhyJson } from '../api/alerting.ts';
import { agoText } from '../format/duration.ts';
import { LabelChips } from '../parts/label-chips.tsx';
import { useTimeZone } from '../state/preferences.ts';
import { formatDateTime } from '../state/time-range.ts';
import { AlertNamed, SilenceName } from './alert-name.tsx';
import { receiverUrl, routingUrl } from './alerting-urls.ts';
import { routeVerdict, ruleWords, whyHeadline, withTimes } from './why-words.ts';

export interface WhyViewProps {
  readonly why: WhyJson;
  readonly now: Millis;
}

/** Why somebody was told of the alert or was not, from the rule to each receiver. */
export function WhyView({ why, now }: WhyViewProps) {
  const headline = whyHeadline(why, now);
  return (
    <section aria-label="Why was I told or not" data-testid="alert-why">
      <p className={`why-headline ${headline.state}`} role="status" data-testid="why-headline">
        {headline.text}
      </p>
      <dl className="details why-facts">
        <dt>Rule</dt>
        <dd data-testid="why-rule" className={why.rule === null || why.rule.state === 'inactive' ? 'dim' : ''}>
          {ruleWords(why, now)}
        </dd>
        {why.silencedBy.length === 0 ? null : (
          <>
            <dt>Silenced by</dt>
            <dd>
              {why.silencedBy.map((id) => (
                <div key={id}>
                  <SilenceName id={id} />
                </div>
              ))}
            </dd>
          </>
        )}
        {why.inhibitedBy.length === 0 ? null : (
          <>
            <dt>Inhibited by</dt>
            <dd data-testid="why-inhibited">
              {why.inhibitedBy.map((id) => (
                <div key={id}>
                  <AlertNamed fingerprint={id} />
                </div>
              ))}
            </dd>
          </>
        )}
        <dt>Way through the routes</dt>
        <dd>
          <Link href={routingUrl(why.labels)} data-testid="why-routing">
            Show it in the tree
          </Link>{' '}
          <span className="dim">{walkWords(why)}</span>
        </dd>
      </dl>
      {why.routes.map((route) => (
        <RouteView key={`${route.index}`} why={why} route={route} now={now} />
      ))}
    </section>
  );
}

function walkWords({ walk, routes }: WhyJson): string {
  const failed = walk.filter(({ verdict }) => verdict === 'no-match').map(({ failed: matcher }) => matcher);
  const taken = `${routes.length} of ${walk.length} routes asked`;
  return failed.length === 0 ? taken : `${taken}; not those with ${[...new Set(failed)].slice(0, 5).join(', ')}`;
}

function RouteView({ why, route, now }: WhyViewProps & { readonly route: RouteWhyJson }) {
  const timeZone = useTimeZone();
  const verdict = routeVerdict(why, route, now);
  const step = why.walk.find(({ index }) => index === route.index);
  const dateTime = (time: Millis): string => formatDateTime(time, timeZone);
  return (
    <div className="why-route" data-testid="why-route">
      <h3>
        <Link href={receiverUrl(route.receiver)}>{route.receiver}</Link>{' '}
        <span className="mono dim">{step?.matchers ?? ''}</span>
      </h3>
      {/* Of one route the headline has said it. */}
      {why.routes.length === 1 ? null : <p className={verdict.state}>{verdict.text}</p>}
      <dl className="details">
        <dt>Group</dt>
        <dd>
          {Object.keys(route.groupLabels).length === 0 ? (
            <span className="dim">all alerts of the route</span>
          ) : (
            <LabelChips labels={route.groupLabels} />
          )}
        </dd>
        <dt>Next flush</dt>
        <dd data-testid="why-flush">{flushWords(route, now, dateTime)}</dd>
        {route.integrations.map((each) => (
          <IntegrationFact key={each.integration} name={each.integration} words={withTimes(each.text, dateTime)}>
            {lastWords(
              why.standing.find(
                ({ groupKey, integration }) => groupKey === route.groupKey && integration === each.integration,
              ),
              dateTime,
            )}
          </IntegrationFact>
        ))}
      </dl>
    </div>
  );
}

interface IntegrationFactProps {
  readonly name: string;
  readonly words: string;
  readonly children: string | null;
}

function IntegrationFact({ name, words, children }: IntegrationFactProps) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {children === null ? null : <div>{children}</div>}
        <div className="dim">{words}</div>
      </dd>
    </>
  );
}

function flushWords({ nextFlushAt }: RouteWhyJson, now: Millis, dateTime: (time: Millis) => string): string {
  if (nextFlushAt === null) return 'there is no such group now';
  const at = Date.parse(nextFlushAt);
  return `${at <= now ? 'now' : agoText(at, now)} (${dateTime(at)})`;
}

function lastWords(standing: StandingJson | undefined, dateTime: (time: Millis) => string): string | null {
  if (standing === undefined) return null;
  const { kind, at, detail } = standing;
  return `last attempt ${dateTime(Date.parse(at))}: ${kind === 'failed' ? 'failed: ' : ''}${detail}`;
}
