import type { DiscordConfig } from '../config/chat.ts';
import { configuredText } from './configured-text.ts';
import { given } from './given.ts';
import type { Notifier, NotifierParts } from './notifier.ts';
import { deliverJson } from './post-json.ts';
import { statusOf } from './status.ts';
import { truncateRunes } from './truncate.ts';

const MAX_TITLE_RUNES = 256;
const MAX_DESCRIPTION_RUNES = 4096;
const MAX_CONTENT_RUNES = 2000;
const COLORS = { firing: 0x992d22, resolved: 0x2ecc71 };

/** Posts one embed to a Discord webhook. */
export function discord(config: DiscordConfig, parts: NotifierParts): Notifier {
  return {
    async send(notification, signal) {
      const render = (text: string) => parts.renderer.text(text, notification);
      const { webhookUrl, webhookUrlFile, httpConfig: client } = config;
      const url = await configuredText({ key: 'webhook_url', text: webhookUrl, file: webhookUrlFile }, parts.files);
      const embed = {
        title: truncateRunes(render(config.title), MAX_TITLE_RUNES),
        description: truncateRunes(render(config.message), MAX_DESCRIPTION_RUNES),
        color: COLORS[statusOf(notification)],
      };
      const payload = {
        content: truncateRunes(render(config.content), MAX_CONTENT_RUNES),
        embeds: [embed],
        ...given({ username: render(config.username), avatar_url: render(config.avatarUrl) }),
      };
      return deliverJson(parts, { url, payload, client, signal });
    },
  };
}
