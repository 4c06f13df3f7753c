import { type DatasourceRef, isObject, type Json, text } from './dashboard.ts';

/** A data source as files name it: by name, or by type and uid. */
export function datasourceRef(value: Json | undefined): DatasourceRef | null {
  if (typeof value === 'string') return { type: null, uid: value };
  if (!isObject(value)) return null;
  return { type: text(value['type']) || null, uid: text(value['uid']) || null };
}
