import { signAwsRequest } from '#lib/sigv4';
import { utf8Length } from '#lib/utf8';
import { parseXml, xmlAt, xmlText } from '#lib/xml';
import type { SnsConfig } from '../config/paging.ts';
import { given } from './given.ts';
import { incidentKey } from './incident-key.ts';
import type { Delivery, Notification, Notifier, NotifierParts } from './notifier.ts';
import { delivered, type Sent, send } from './post-json.ts';
import { leadingBytes } from './truncate.ts';

const MAX_MESSAGE_BYTES = 256 * 1024;
const MAX_SMS_BYTES = 1600;
/** AWS slows clients down with a 400. */
const THROTTLED = /^(Throttl|RequestLimitExceeded|TooManyRequests)/;

/** Publishes to a topic, a phone or an application of Amazon SNS. */
export function sns(config: SnsConfig, parts: NotifierParts): Notifier {
  return {
    async send(notification, signal) {
      const job = { config, parts, notification };
      const { region, credentials } = await parts.findAwsIdentity(config.sigv4, signal);
      const url = withSlash(render(job, config.apiUrl) || `https://sns.${region}.${domain(region)}`);
      const body = new URLSearchParams(await publication(job)).toString();
      const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
      const scope = { region, service: 'sns', now: parts.now() };
      const signed = signAwsRequest({ method: 'POST', url, headers, body }, credentials, scope);
      return retryThrottled(
        await send(parts, { url, headers: signed, body, client: config.httpConfig, signal, describe }),
      );
    },
  };
}

interface Job {
  readonly config: SnsConfig;
  readonly parts: NotifierParts;
  readonly notification: Notification;
}

async function publication(job: Job): Promise<Record<string, string>> {
  const { config, notification } = job;
  const topic = render(job, config.topicArn);
  const key = topic.endsWith('.fifo') ? await incidentKey(notification.groupKey) : '';
  const whole = render(job, config.message);
  const message = leadingBytes(whole, config.phoneNumber === '' ? MAX_MESSAGE_BYTES : MAX_SMS_BYTES);
  const written = Object.entries(config.attributes).map(
    ([name, value]) => [render(job, name), render(job, value)] as const,
  );
  const cut = utf8Length(message) < utf8Length(whole) ? [['truncated', 'true'] as const] : [];
  return {
    Action: 'Publish',
    Version: '2010-03-31',
    ...given({
      TopicArn: topic,
      PhoneNumber: render(job, config.phoneNumber),
      TargetArn: render(job, config.targetArn),
      MessageDeduplicationId: key,
      MessageGroupId: key,
      Subject: render(job, config.subject),
    }),
    Message: message,
    ...attributes([...written, ...cut]),
  };
}

function attributes(pairs: readonly (readonly [string, string])[]): Record<string, string> {
  const entries = pairs.flatMap(([name, value], index) => {
    const at = `MessageAttributes.entry.${index + 1}`;
    return [
      [`${at}.Name`, name],
      [`${at}.Value.DataType`, 'String'],
      [`${at}.Value.StringValue`, value],
    ] as const;
  });
  return Object.fromEntries(entries);
}

function render({ parts, notification }: Job, text: string): string {
  return parts.renderer.text(text, notification);
}

function domain(region: string): string {
  return region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}

function retryThrottled(sent: Sent): Delivery {
  const throttled = 'failure' in sent && THROTTLED.test(errorOf(sent.refused?.body ?? '').code);
  return throttled ? { ...sent.failure, retry: true } : delivered(sent);
}

function describe(body: string): string {
  return errorOf(body).message || body;
}

function errorOf(body: string): { readonly code: string; readonly message: string } {
  try {
    const error = xmlAt(parseXml(body), 'Error');
    return { code: xmlText(error, 'Code'), message: xmlText(error, 'Message') };
  } catch {
    return { code: '', message: '' };
  }
}
