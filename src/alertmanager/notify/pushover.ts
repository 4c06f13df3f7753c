import type { PushoverConfig } from '../config/paging.ts';
import { configuredText } from './configured-text.ts';
import { deliveredUnless, type HiddenRefusal, jsonObject } from './hidden-refusal.ts';
import type { Notification, Notifier, NotifierParts } from './notifier.ts';
import { send } from './post-json.ts';
import { truncateRunes } from './truncate.ts';

const URL = 'https://api.pushover.net/1/messages.json';
const MAX_TITLE_RUNES = 250;
const MAX_MESSAGE_RUNES = 1024;
const MAX_URL_RUNES = 512;
/** Pushover refuses a message without a text. */
const NO_MESSAGE = '(no details)';

/** Posts to Pushover, everything in the query. */
export function pushover(config: PushoverConfig, parts: NotifierParts): Notifier {
  return {
    async send(notification, signal) {
      const query = new URLSearchParams(await parameters({ config, parts, notification }));
      query.sort();
      const headers = { 'content-type': 'text/plain' };
      const sent = await send(parts, { url: `${URL}?${query}`, headers, client: config.httpConfig, signal });
      return deliveredUnless(sent, hiddenRefusal);
    },
  };
}

function hiddenRefusal(body: string): HiddenRefusal | null {
  const answer = jsonObject<{ readonly status: number; readonly errors: readonly string[] }>(body);
  if (answer?.status === undefined || answer.status === 1) return null;
  return { error: `error response from Pushover: ${answer.errors?.join(', ') ?? 'no reason given'}`, retry: false };
}

interface Job {
  readonly config: PushoverConfig;
  readonly parts: NotifierParts;
  readonly notification: Notification;
}

async function parameters({ config, parts, notification }: Job): Promise<Record<string, string>> {
  const render = (text: string) => parts.renderer.text(text, notification);
  const { token, tokenFile, userKey, userKeyFile, html, monospace, ttl } = config;
  const message = html ? parts.renderer.html(config.message, notification) : render(config.message);
  const shownTtl = seconds(ttl);
  return {
    token: render(await configuredText({ key: 'token', text: token, file: tokenFile }, parts.files)),
    user: render(await configuredText({ key: 'user_key', text: userKey, file: userKeyFile }, parts.files)),
    title: truncateRunes(render(config.title), MAX_TITLE_RUNES),
    ...(html ? { html: '1' } : {}),
    ...(monospace ? { monospace: '1' } : {}),
    message: truncateRunes(message, MAX_MESSAGE_RUNES).trim() || NO_MESSAGE,
    url: truncateRunes(render(config.url), MAX_URL_RUNES),
    url_title: render(config.urlTitle),
    priority: render(config.priority),
    retry: seconds(config.retry),
    expire: seconds(config.expire),
    device: render(config.device),
    sound: render(config.sound),
    ...(shownTtl === '0' ? {} : { ttl: shownTtl }),
  };
}

function seconds(millis: number): string {
  return String(Math.trunc(millis / 1000));
}
