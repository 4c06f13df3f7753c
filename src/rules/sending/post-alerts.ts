import { createDeadline } from '#discovery/deadline';
import type { Clock } from '#lib/clock';
import { BarographError } from '#lib/errors';
import type { HttpClient } from '#lib/http-client';
import { isoTime } from '#lib/iso-time';
import { type AwsCredentials, signAwsRequest } from '#lib/sigv4';
import type { Alert } from '#model/alert';
import type { Millis } from '#model/time';

/** Signs requests as AWS wants them. */
export interface AlertSigning {
  /** The service whose request it is: Amazon's own Prometheus unless configured. */
  readonly service: string;
  find(signal: AbortSignal): Promise<{ readonly region: string; readonly credentials: AwsCredentials }>;
}

export interface AlertPostParts {
  readonly client: HttpClient;
  readonly clock: Clock;
  readonly userAgent: string;
  readonly timeout: Millis;
  readonly signing: AlertSigning | null;
}

/** Posts alerts to an Alertmanager's API v2. Rejects with what went wrong unless the answer is 2xx. */
export async function postAlerts(url: string, alerts: readonly Alert[], parts: AlertPostParts): Promise<void> {
  const { client, clock, userAgent, timeout, signing } = parts;
  const body = JSON.stringify(alerts.map(alertJson));
  const deadline = createDeadline(clock, timeout, new AbortController().signal);
  try {
    const plain = { 'content-type': 'application/json' };
    const headers =
      signing === null ? plain : await signed({ url, body, headers: plain }, signing, deadline.signal, clock);
    const request = { method: 'POST', url, headers: { ...headers, 'user-agent': userAgent }, body } as const;
    const { status, statusLine } = await client.request({ ...request, signal: deadline.signal });
    if (status < 200 || status > 299) throw refused(statusLine);
  } finally {
    deadline.clear();
  }
}

interface PlainRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

async function signed(request: PlainRequest, { find, service }: AlertSigning, signal: AbortSignal, clock: Clock) {
  const { region, credentials } = await find(signal);
  return signAwsRequest({ method: 'POST', ...request }, credentials, { region, service, now: clock.now() });
}

function refused(statusLine: string): BarographError {
  return new BarographError(`bad response status ${statusLine}`, {
    kind: 'unavailable',
    code: 'alerts-refused',
    hint: 'Look at the log of the Alertmanager.',
  });
}

function alertJson({ labels, annotations, startsAt, endsAt, generatorURL }: Alert) {
  return {
    annotations: annotations.toRecord(),
    endsAt: isoTime(endsAt),
    startsAt: isoTime(startsAt),
    generatorURL,
    labels: labels.toRecord(),
  };
}
