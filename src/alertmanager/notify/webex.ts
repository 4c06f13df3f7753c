import type { WebexConfig } from '../config/chat.ts';
import { given } from './given.ts';
import type { Notifier, NotifierParts } from './notifier.ts';
import { deliverJson } from './post-json.ts';
import { truncateBytes } from './truncate.ts';

const MAX_MESSAGE_BYTES = 7439;

/** Posts a message in Markdown to a room of Webex; the bot's token stands in `http_config.authorization`. */
export function webex(config: WebexConfig, parts: NotifierParts): Notifier {
  return {
    async send(notification, signal) {
      const render = (text: string) => parts.renderer.text(text, notification);
      const payload = {
        markdown: truncateBytes(render(config.message), MAX_MESSAGE_BYTES),
        ...given({ roomId: render(config.roomId) }),
      };
      return deliverJson(parts, { url: config.apiUrl, payload, client: config.httpConfig, signal });
    },
  };
}
