import type { Msteamsv2Config } from '../config/chat.ts';
import { configuredText } from './configured-text.ts';
import type { Notifier, NotifierParts } from './notifier.ts';
import { deliverJson } from './post-json.ts';
import { statusOf } from './status.ts';

const COLORS = { firing: 'Attention', resolved: 'Good' };

/** Posts an adaptive card to a workflow of Microsoft Teams. */
export function msteamsv2(config: Msteamsv2Config, parts: NotifierParts): Notifier {
  return {
    async send(notification, signal) {
      const render = (text: string) => parts.renderer.text(text, notification);
      const { webhookUrl, webhookUrlFile, httpConfig: client } = config;
      const url = await configuredText({ key: 'webhook_url', text: webhookUrl, file: webhookUrlFile }, parts.files);
      const color = COLORS[statusOf(notification)];
      const payload = cardMessage({ title: render(config.title), text: render(config.text), color });
      return deliverJson(parts, { url, payload, client, signal });
    },
  };
}

interface Card {
  readonly title: string;
  readonly text: string;
  readonly color: string;
}

function cardMessage({ title, text, color }: Card) {
  const heading = {
    type: 'TextBlock',
    text: title,
    weight: 'Bolder',
    size: 'Medium',
    wrap: true,
    style: 'heading',
    color,
  };
  const card = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.2',
    body: [heading, { type: 'TextBlock', text, wrap: true }],
    msteams: { width: 'full' },
  };
  const contentType = 'application/vnd.microsoft.card.adaptive';
  return { type: 'message', attachments: [{ contentType, contentUrl: null, content: card }] };
}
