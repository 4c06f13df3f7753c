import type { AlertEvent, StoredAnnotationJson } from '#dashboards/annotation-events';
import type { StoredAnnotations } from '#dashboards/dashboard';
import type { TimeRange } from '#model/time';
import { request } from '../api/server.ts';

/** What is stored about an event. */
export interface EventDraft extends TimeRange {
  readonly text: string;
  readonly tags: readonly string[];
}

/** The stored events in a range. Throws RequestError. */
export async function loadStoredEvents(
  { of, tags, matchAny, limit }: StoredAnnotations,
  { start, end, dashboardUid }: TimeRange & { readonly dashboardUid: string },
  signal: AbortSignal,
): Promise<readonly StoredAnnotationJson[]> {
  const which = of === 'tags' ? { tags, matchAny: String(matchAny) } : { dashboardUID: dashboardUid };
  const answer = await request('/api/annotations', { params: { from: start, to: end, limit, ...which }, signal });
  return (await answer.json()) as readonly StoredAnnotationJson[];
}

/** The alerts that an Alertmanager has at the moment, those that a filter chooses. Throws RequestError. */
export async function loadAlertEvents(
  path: string,
  filter: string,
  signal: AbortSignal,
): Promise<readonly AlertEvent[]> {
  const params = filter === '' ? {} : { filter };
  return (await (await request(`${path}/api/v2/alerts`, { params, signal })).json()) as readonly AlertEvent[];
}

/** Stores a new event of a panel. Throws RequestError. */
export async function addEvent(place: { dashboardUid: string; panelId: number }, draft: EventDraft): Promise<void> {
  const { dashboardUid: dashboardUID, panelId } = place;
  await request('/api/annotations', { json: { dashboardUID, panelId, ...bodyOf(draft) } });
}

export async function changeEvent(id: number, draft: EventDraft): Promise<void> {
  await request(`/api/annotations/${id}`, { method: 'PUT', json: bodyOf(draft) });
}

export async function deleteEvent(id: number): Promise<void> {
  await request(`/api/annotations/${id}`, { method: 'DELETE' });
}

function bodyOf({ start, end, text, tags }: EventDraft): object {
  return { time: start, timeEnd: end, text, tags };
}
