import type { MattermostConfig } from '../config/chat.ts';
import { configuredText } from './configured-text.ts';
import { given } from './given.ts';
import type { Notifier, NotifierParts } from './notifier.ts';
import { notifyError } from './notify-error.ts';
import { deliverJson } from './post-json.ts';
import { truncateRunes } from './truncate.ts';

const MAX_TEXT_RUNES = 16_383;

/** Posts to an incoming webhook of Mattermost: the configured attachments, or one made of the fields beside them. */
export function mattermost(config: MattermostConfig, parts: NotifierParts): Notifier {
  return {
    async send(notification, signal) {
      const render = (text: string) => parts.renderer.text(text, notification);
      const { webhookUrl, webhookUrlFile, httpConfig: client } = config;
      const url = await configuredText({ key: 'webhook_url', text: webhookUrl, file: webhookUrlFile }, parts.files);
      if (url === '') throw notifyError('webhook URL is missing');
      const payload = message(config, render);
      const delivery = await deliverJson(parts, { url, payload, client, signal });
      if (delivery.ok) return delivery;
      return { ...delivery, error: `channel ${JSON.stringify(payload.channel ?? '')}: ${delivery.error}` };
    },
  };
}

type Render = (template: string) => string;
type Attachment = MattermostConfig['attachments'][number];

function message(config: MattermostConfig, render: Render) {
  const { attachments, props, priority } = config;
  const own = attachments.length > 0;
  const card = props ? render(props.card) : '';
  return given({
    text: own ? truncateRunes(render(config.text), MAX_TEXT_RUNES) : '',
    channel: render(config.channel),
    username: render(config.username),
    icon_url: render(config.iconUrl),
    icon_emoji: render(config.iconEmoji),
    attachments: (own ? attachments : [config]).map((each) => attachment(each, render)),
    type: render(config.type),
    props: card === '' ? undefined : { card },
    priority: priority && priority.priority !== '' ? levelled(priority, render) : undefined,
  });
}

function attachment(config: Attachment, render: Render) {
  const fields = config.fields.map(({ title, value, short }) => {
    return { title: render(title), value: render(value), ...(short === undefined ? {} : { short }) };
  });
  return given({
    fallback: render(config.fallback),
    color: render(config.color),
    pretext: render(config.pretext),
    text: render(config.text),
    author_name: render(config.authorName),
    author_link: render(config.authorLink),
    author_icon: render(config.authorIcon),
    title: render(config.title),
    title_link: render(config.titleLink),
    fields,
    thumb_url: render(config.thumbUrl),
    footer: render(config.footer),
    footer_icon: render(config.footerIcon),
    image_url: render(config.imageUrl),
  });
}

// Mattermost refuses the message when it is asked for more than a priority allows.
function levelled(priority: NonNullable<MattermostConfig['priority']>, render: Render) {
  const wanted = render(priority.priority).toLowerCase();
  const level = wanted === 'urgent' || wanted === 'important' ? wanted : 'standard';
  return {
    priority: level,
    ...given({
      requested_ack: priority.requestedAck && level !== 'standard',
      persistent_notifications: priority.persistentNotifications && level === 'urgent',
    }),
  };
}
