import type { SlackAction, SlackConfig } from '../config/slack.ts';
import type { PostResponse } from '../outgoing.ts';
import { configuredText } from './configured-text.ts';
import { given } from './given.ts';
import type { Delivery, Notification, Notifier, NotifierParts } from './notifier.ts';
import { postJson } from './post-json.ts';
import { truncateRunes } from './truncate.ts';

const MAX_TITLE_RUNES = 1024;
const UPDATE_URL = 'https://slack.com/api/chat.update';
const DEFAULT_MARKDOWN = ['fallback', 'pretext', 'text'];

/** Posts one attachment to a Slack webhook or, with a bot token, to chat.postMessage. */
export function slack(config: SlackConfig, parts: NotifierParts): Notifier {
  return {
    async send(notification, signal) {
      const { url, message } = await buildRequest({ config, parts, notification });
      const { httpConfig: client, timeout } = config;
      const posted = await postJson(parts, { url, payload: message, client, timeout, signal });
      if ('failure' in posted) return inChannel(posted.failure, message.channel);
      return inChannel(readAnswer(posted.response, config.updateMessage), message.channel);
    },
  };
}

interface Job {
  readonly config: SlackConfig;
  readonly parts: NotifierParts;
  readonly notification: Notification;
}

async function buildRequest({ config, parts, notification }: Job) {
  const render = (text: string) => parts.renderer.text(text, notification);
  const written = await configuredText({ key: 'api_url', text: config.apiUrl, file: config.apiUrlFile }, parts.files);
  const { threadTs = '', channelId = '' } = notification.receiverData;
  const update = config.updateMessage && threadTs !== '' && channelId !== '';
  const message = {
    ...(update ? { ts: threadTs } : {}),
    ...given({
      channel: update ? channelId : render(config.channel),
      username: render(config.username),
      icon_emoji: render(config.iconEmoji),
      icon_url: render(config.iconUrl),
      link_names: config.linkNames,
      text: render(config.messageText),
    }),
    attachments: [attachment(config, render)],
  } as { readonly channel?: string };
  return { url: update ? UPDATE_URL : written, message };
}

type Render = (template: string) => string;

function attachment(config: SlackConfig, render: Render) {
  const title = truncateRunes(render(config.title), MAX_TITLE_RUNES);
  const fields = config.fields.map(({ title: name, value, short }) => {
    return { title: render(name), value: render(value), short: short ?? config.shortFields };
  });
  return {
    ...given({ title, title_link: render(config.titleLink), pretext: render(config.pretext) }),
    text: render(config.text),
    fallback: render(config.fallback),
    callback_id: render(config.callbackId),
    ...(fields.length > 0 ? { fields } : {}),
    ...(config.actions.length > 0 ? { actions: config.actions.map((each) => action(each, render)) } : {}),
    ...given({ image_url: render(config.imageUrl), thumb_url: render(config.thumbUrl) }),
    footer: render(config.footer),
    ...given({ color: render(config.color) }),
    mrkdwn_in: config.mrkdwnIn.length > 0 ? config.mrkdwnIn : DEFAULT_MARKDOWN,
  };
}

function action({ type, text, url, style, name, value, confirm }: SlackAction, render: Render) {
  const question = confirm && {
    ...given({
      title: render(confirm.title),
      text: render(confirm.text),
      ok_text: render(confirm.okText),
      dismiss_text: render(confirm.dismissText),
    }),
  };
  const shown = { type: render(type), text: render(text), url: render(url), style: render(style) };
  return {
    ...given({ ...shown, name: render(name), value: render(value) }),
    ...(question ? { confirm: question } : {}),
  };
}

/** A webhook answers `ok`; the API answers JSON with ok, and where the message is. */
function readAnswer(response: PostResponse, remember: boolean): Delivery {
  if (!response.contentType.startsWith('application/json')) {
    if (response.body.trim() === 'ok') return { ok: true, answer: 'ok' };
    return failed(`received an error response from Slack: ${response.body.slice(0, 500)}`);
  }
  let answer: { ok?: boolean; error?: string; ts?: string; channel?: string };
  try {
    answer = JSON.parse(response.body) as typeof answer;
  } catch {
    return { ...failed('could not unmarshal JSON response from Slack'), retry: true };
  }
  if (answer.ok !== true) return failed(`error response from Slack: ${answer.error ?? 'no reason given'}`);
  if (!remember || !answer.ts || !answer.channel) return { ok: true, answer: 'ok' };
  return { ok: true, answer: 'ok', receiverData: { threadTs: answer.ts, channelId: answer.channel } };
}

function failed(error: string): Extract<Delivery, { ok: false }> {
  return { ok: false, error, retry: false, reason: 'clientError' };
}

function inChannel(delivery: Delivery, channel = ''): Delivery {
  return delivery.ok ? delivery : { ...delivery, error: `channel ${JSON.stringify(channel)}: ${delivery.error}` };
}
