import type { MsteamsConfig } from '../config/chat.ts';
import { configuredText } from './configured-text.ts';
import type { Notifier, NotifierParts } from './notifier.ts';
import { deliverJson } from './post-json.ts';
import { statusOf } from './status.ts';

const COLORS = { firing: '8C1A1A', resolved: '2DC72D' };

/** Posts a message card to one of the old connectors of Microsoft Teams. */
export function msteams(config: MsteamsConfig, parts: NotifierParts): Notifier {
  return {
    async send(notification, signal) {
      const render = (text: string) => parts.renderer.text(text, notification);
      const { webhookUrl, webhookUrlFile, httpConfig: client } = config;
      const url = await configuredText({ key: 'webhook_url', text: webhookUrl, file: webhookUrlFile }, parts.files);
      const payload = {
        '@context': 'http://schema.org/extensions',
        type: 'MessageCard',
        title: render(config.title),
        summary: render(config.summary),
        text: render(config.text),
        themeColor: COLORS[statusOf(notification)],
      };
      return deliverJson(parts, { url, payload, client, signal });
    },
  };
}
