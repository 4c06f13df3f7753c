import type { Millis } from '#model/time';
import type { WechatConfig } from '../config/tickets.ts';
import type { PostResponse } from '../outgoing.ts';
import { configuredText } from './configured-text.ts';
import { given } from './given.ts';
import type { Delivery, Notification, Notifier, NotifierParts } from './notifier.ts';
import { postJson, send } from './post-json.ts';

/** WeChat's tokens end after two hours. */
const TOKEN_LIFE: Millis = 2 * 3_600_000;
const TOKEN_EXPIRED = 42_001;

interface Token {
  readonly text: string;
  readonly since: Millis;
}

/** Sends a message of an app of WeChat Work. The access token is asked for once and kept while it is good. */
export function wechat(config: WechatConfig, parts: NotifierParts): Notifier {
  let known: Token | null = null;
  return {
    async send(notification, signal) {
      const job = { config, parts, notification, signal };
      if (known === null || parts.now() - known.since > TOKEN_LIFE) {
        const asked = await askToken(job);
        if ('failure' in asked) return asked.failure;
        known = asked.token;
      }
      const url = `${config.apiUrl}message/send?${new URLSearchParams({ access_token: known.text })}`;
      const sent = await postJson(parts, { url, payload: message(job), client: config.httpConfig, signal });
      if ('failure' in sent) return sent.failure;
      const answer = readAnswer(sent.response);
      if (answer.code === TOKEN_EXPIRED) known = null;
      return answer.delivery;
    },
  };
}

interface Job {
  readonly config: WechatConfig;
  readonly parts: NotifierParts;
  readonly notification: Notification;
  readonly signal: AbortSignal;
}

async function askToken(
  job: Job,
): Promise<{ readonly token: Token } | { readonly failure: Extract<Delivery, { ok: false }> }> {
  const { config, parts, signal } = job;
  const { apiSecret: text, apiSecretFile: file, httpConfig: client } = config;
  const secret = render(job, await configuredText({ key: 'api_secret', text, file }, parts.files));
  const query = new URLSearchParams({ corpid: render(job, config.corpId), corpsecret: secret });
  const url = `${config.apiUrl}gettoken?${query}`;
  const sent = await send(parts, { method: 'GET', url, headers: {}, client, signal });
  if ('failure' in sent) return sent;
  const token = parseJson(sent.response.body)?.access_token ?? '';
  if (token !== '') return { token: { text: token, since: parts.now() } };
  return { failure: failed(`invalid APISecret for CorpID: ${config.corpId}`, false) };
}

function message(job: Job) {
  const { config } = job;
  const content = { content: render(job, config.message) };
  const none = { content: '' };
  const markdown = config.messageType === 'markdown';
  return {
    text: markdown ? none : content,
    ...given({
      touser: render(job, config.toUser),
      toparty: render(job, config.toParty),
      totag: render(job, config.toTag),
      agentid: render(job, config.agentId),
    }),
    safe: '0',
    msgtype: config.messageType,
    markdown: markdown ? content : none,
  };
}

function render({ parts, notification }: Job, text: string): string {
  return parts.renderer.text(text, notification);
}

interface Answer {
  readonly access_token?: string;
  readonly errcode?: number;
  readonly errmsg?: string;
}

function readAnswer({ body }: PostResponse): { readonly code: number; readonly delivery: Delivery } {
  const answer = parseJson(body);
  if (answer === null) return { code: -1, delivery: failed('the answer is not JSON', true) };
  const { errcode: code = 0, errmsg = '' } = answer;
  if (code === 0) return { code, delivery: { ok: true, answer: 'ok' } };
  return { code, delivery: failed(errmsg || `error ${code}`, code === TOKEN_EXPIRED) };
}

function parseJson(body: string): Answer | null {
  try {
    return JSON.parse(body) as Answer | null;
  } catch {
    return null;
  }
}

function failed(error: string, retry: boolean): Extract<Delivery, { ok: false }> {
  return { ok: false, error, retry, reason: 'clientError' };
}
