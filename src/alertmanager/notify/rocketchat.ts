import type { RocketchatConfig } from '../config/chat.ts';
import type { PostResponse } from '../outgoing.ts';
import { configuredText } from './configured-text.ts';
import { given } from './given.ts';
import type { Delivery, Notifier, NotifierParts } from './notifier.ts';
import { postJson } from './post-json.ts';
import { truncateRunes } from './truncate.ts';

const MAX_TITLE_RUNES = 1024;

/** Posts one attachment to a channel of Rocket.Chat with a personal token. */
export function rocketchat(config: RocketchatConfig, parts: NotifierParts): Notifier {
  return {
    async send(notification, signal) {
      const { token, tokenFile, tokenId, tokenIdFile, httpConfig: client } = config;
      const headers = {
        'x-auth-token': await configuredText({ key: 'token', text: token, file: tokenFile }, parts.files),
        'x-user-id': await configuredText({ key: 'token_id', text: tokenId, file: tokenIdFile }, parts.files),
      };
      const payload = message(config, (text) => parts.renderer.text(text, notification));
      const url = `${config.apiUrl.replace(/\/$/, '')}/api/v1/chat.postMessage`;
      const sent = await postJson(parts, { url, payload, headers, client, signal });
      const delivery = 'failure' in sent ? sent.failure : readAnswer(sent.response);
      if (delivery.ok) return delivery;
      return { ...delivery, error: `channel ${JSON.stringify(payload.channel ?? '')}: ${delivery.error}` };
    },
  };
}

type Render = (template: string) => string;

function message(config: RocketchatConfig, render: Render) {
  return given({
    channel: render(config.channel),
    emoji: render(config.emoji),
    avatar: render(config.iconUrl),
    attachments: [attachment(config, render)],
  });
}

function attachment(config: RocketchatConfig, render: Render) {
  const fields = config.fields.map(({ title, value, short }) => {
    return { short: short ?? config.shortFields, ...given({ title: render(title), value: render(value) }) };
  });
  // Rocket.Chat knows buttons only.
  const actions = config.actions.map(({ text, url, msg }) => {
    return { type: 'button', ...given({ text: render(text), url: render(url), msg: render(msg) }) };
  });
  return given({
    title: truncateRunes(render(config.title), MAX_TITLE_RUNES),
    title_link: render(config.titleLink),
    text: render(config.text),
    image_url: render(config.imageUrl),
    thumb_url: render(config.thumbUrl),
    color: render(config.color),
    fields,
    actions,
  });
}

// It may say no with a status that says yes.
function readAnswer({ status, body }: PostResponse): Delivery {
  let answer: { readonly success?: boolean; readonly error?: string };
  try {
    answer = JSON.parse(body) as typeof answer;
  } catch {
    const error = `could not unmarshal JSON response ${JSON.stringify(body.slice(0, 500))}`;
    return { ok: false, error, retry: true, reason: 'clientError' };
  }
  if (answer.success === true) return { ok: true, answer: String(status) };
  const error = `error response from Rocketchat: ${answer.error ?? 'no reason given'}`;
  return { ok: false, error, retry: false, reason: 'clientError' };
}
