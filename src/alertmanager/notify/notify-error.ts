import { BarographError } from '#lib/errors';

/** What makes a notification impossible however often it is tried: the configuration must change. */
export function notifyError(message: string): BarographError {
  return new BarographError(message, {
    kind: 'bad-config',
    code: 'notify',
    hint: 'Correct the receiver in alertmanager.yml or the template it uses.',
  });
}
