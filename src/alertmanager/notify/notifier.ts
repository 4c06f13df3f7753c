import type { TextFiles } from '#lib/text-files';
import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import type { FindAwsIdentity, Post, SendMail } from '../outgoing.ts';
import type { FlushedAlert } from '../pipeline/flush.ts';
import type { NotifyReason } from '../pipeline/needs-update.ts';
import type { Renderer } from './renderer.ts';

/** One message to one integration. */
export interface Notification {
  readonly receiver: string;
  readonly groupKey: string;
  readonly groupLabels: Labels;
  /** Route labels, rendered. */
  readonly routeLabels: Labels;
  readonly reason: NotifyReason;
  /** In the order of the message; never empty. Resolved ones only when the integration wants them. */
  readonly alerts: readonly FlushedAlert[];
  readonly now: Millis;
  /** What the integration stored with its last message about this group. */
  readonly receiverData: Readonly<Record<string, string>>;
}

/** Why an attempt failed, as the metric's `reason` label names it. */
export type FailureReason = 'clientError' | 'serverError' | 'contextCanceled' | 'contextDeadlineExceeded' | 'other';

/** What came of one attempt. */
export type Delivery =
  | {
      readonly ok: true;
      /** The answer in a word, such as the status code. */
      readonly answer: string;
      /** Kept for the next message about this group. */
      readonly receiverData?: Readonly<Record<string, string>>;
    }
  | {
      readonly ok: false;
      readonly error: string;
      readonly retry: boolean;
      readonly reason: FailureReason;
      /** The other side asked to wait this long. */
      readonly retryAfter?: Millis;
    };

/**
 * One way of telling people. `send` makes one attempt; it never waits for another one, and it never throws except for
 * failures of templates and configuration files, which no retry can cure.
 */
export interface Notifier {
  send(notification: Notification, signal: AbortSignal): Promise<Delivery>;
}

/** What notifiers are made of. */
export interface NotifierParts {
  readonly post: Post;
  readonly sendMail: SendMail;
  readonly findAwsIdentity: FindAwsIdentity;
  readonly files: TextFiles;
  readonly renderer: Renderer;
  readonly now: () => Millis;
}
