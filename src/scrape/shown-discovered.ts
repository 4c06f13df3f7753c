import { shownWithoutQuery } from '#lib/shown-url';
import type { Labels } from '#model/labels';

/** Where the target was found, as `http_sd_configs` says it: rules may read its query, which may hold a token. */
const META_URL = '__meta_url';

/** What discovery said of a target, as everybody may see it. */
export function shownDiscovered(labels: Labels): Readonly<Record<string, string>> {
  const url = labels.get(META_URL);
  const record = labels.toRecord();
  return url.includes('?') ? { ...record, [META_URL]: shownWithoutQuery(url) } : record;
}
