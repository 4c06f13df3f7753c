import type { Notification } from './notifier.ts';

/** Firing as long as one alert of the notification fires. */
export function statusOf({ alerts }: Pick<Notification, 'alerts'>): 'firing' | 'resolved' {
  return alerts.every(({ resolved }) => resolved) ? 'resolved' : 'firing';
}
