import type { Clock } from '#lib/clock';
import { BarographError } from '#lib/errors';
import { sendMail } from '#lib/smtp';
import { diskTextFiles, type TextFiles } from '#lib/text-files';
import type { AlertmanagerConfig } from './config.ts';
import { createHttpPost } from './http-post.ts';
import type { NotifierParts } from './notify/notifier.ts';
import { Renderer } from './notify/renderer.ts';
import type { FindAwsIdentity, Post, SendMail } from './outgoing.ts';

/** What of an alertmanager's surroundings notifications need. */
export interface OutgoingOptions {
  readonly clock: Clock;
  /** Where links in notifications lead, without a slash at the end. */
  readonly externalUrl: string;
  /** How POSTs leave; over the network with each receiver's `http_config` unless given. */
  readonly post?: Post;
  /** How mails leave; over SMTP unless given. */
  readonly sendMail?: SendMail;
  /** Who signs requests to AWS; without it SNS refuses to send. */
  readonly findAwsIdentity?: FindAwsIdentity;
  /** For `proxy_from_environment`; none when absent. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly files?: TextFiles;
}

/** What notifications of one configuration leave through. */
export interface Outgoing {
  readonly notifiers: NotifierParts;
  close(): Promise<void>;
}

/**
 * Reads the templates. Nothing is connected before the first notification, so what a refused configuration leaves behind
 * holds nothing open.
 */
export async function openOutgoing(options: OutgoingOptions, config: AlertmanagerConfig): Promise<Outgoing> {
  const { externalUrl, clock, files = diskTextFiles, env = {} } = options;
  const now = () => clock.now();
  const renderer = await Renderer.load({ templates: config.templates, files, externalUrl, now });
  const http = createHttpPost({ files, env });
  const { post = http.post, findAwsIdentity = noAwsIdentity } = options;
  return {
    notifiers: { post, sendMail: options.sendMail ?? sendMail, findAwsIdentity, files, renderer, now },
    close: () => http.close(),
  };
}

function noAwsIdentity(): never {
  throw new BarographError('no AWS credentials', {
    kind: 'unavailable',
    code: 'no-aws-credentials',
    hint: 'This program was started without a way to find them.',
  });
}
