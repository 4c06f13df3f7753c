import type { Delivery } from './notifier.ts';
import { delivered, type Sent } from './post-json.ts';

/** What an answer says against its own status; null when it does not. */
export interface HiddenRefusal {
  readonly error: string;
  readonly retry: boolean;
}

/**
 * What a request was to a service that may say no with a status that says yes: `read` finds the no in the body. An answer
 * that says nothing is taken by its status.
 */
export function deliveredUnless(sent: Sent, read: (body: string) => HiddenRefusal | null): Delivery {
  const refusal = 'failure' in sent ? null : read(sent.response.body);
  if (refusal === null) return delivered(sent);
  return { ok: false, ...refusal, reason: 'clientError' };
}

/** The object that a body holds as JSON; null when it holds none. */
export function jsonObject<T extends object>(body: string): Partial<T> | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Partial<T>) : null;
  } catch {
    return null;
  }
}
