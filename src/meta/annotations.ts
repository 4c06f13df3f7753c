import type { SqliteDatabase, SqlStatement } from '#lib/sqlite';
import type { Millis } from '#model/time';

/** A note at a moment or over a span of time. */
export interface Annotation {
  readonly id: number;
  /** '' : it belongs to no dashboard. */
  readonly dashboardUid: string;
  /** 0: it belongs to the whole dashboard. */
  readonly panelId: number;
  readonly time: Millis;
  /** The same as `time` unless it is a span. */
  readonly timeEnd: Millis;
  readonly text: string;
  readonly tags: readonly string[];
  /** Whatever its maker put beside it, as JSON. */
  readonly data: string;
  readonly createdAt: Millis;
  readonly updatedAt: Millis;
}

interface Row {
  readonly id: number;
  readonly dashboard_uid: string;
  readonly panel_id: number;
  readonly time: number;
  readonly time_end: number;
  readonly text: string;
  readonly tags: string;
  readonly data: string;
  readonly created_at: number;
  readonly updated_at: number;
}

/** Which annotations are wanted. Absent: any. */
export interface AnnotationQuery {
  /** Those that touch this span. */
  readonly from?: Millis;
  readonly to?: Millis;
  readonly dashboardUid?: string;
  readonly panelId?: number;
}

/** The annotations of people and tools. Calls are synchronous; run writes inside a commit. */
export class AnnotationTable {
  private readonly select: SqlStatement;
  private readonly selectOne: SqlStatement;
  private readonly insert: SqlStatement;
  private readonly update: SqlStatement;
  private readonly deleteOne: SqlStatement;
  private readonly newest: SqlStatement;

  constructor(database: SqliteDatabase) {
    this.select = database.prepare(
      `SELECT * FROM dashboard_annotations WHERE time_end >= ?1 AND time <= ?2
       AND (?3 IS NULL OR dashboard_uid = ?3) AND (?4 IS NULL OR panel_id = ?4) ORDER BY time_end DESC, id DESC`,
    );
    this.selectOne = database.prepare('SELECT * FROM dashboard_annotations WHERE id = ?');
    this.insert = database.prepare(
      `INSERT INTO dashboard_annotations
       (dashboard_uid, panel_id, time, time_end, text, tags, data, created_at, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.update = database.prepare(
      `UPDATE dashboard_annotations SET time = ?, time_end = ?, text = ?, tags = ?, data = ?, updated_at = ? WHERE id = ?`,
    );
    this.deleteOne = database.prepare('DELETE FROM dashboard_annotations WHERE id = ?');
    this.newest = database.prepare('SELECT max(id) AS id FROM dashboard_annotations');
  }

  /** Newest first. */
  query({ from = 0, to = Number.MAX_SAFE_INTEGER, dashboardUid, panelId }: AnnotationQuery): Annotation[] {
    return this.select.all<Row>(from, to, dashboardUid ?? null, panelId ?? null).map(toAnnotation);
  }

  get(id: number): Annotation | undefined {
    return this.selectOne.all<Row>(id).map(toAnnotation)[0];
  }

  /** Gives its new id. */
  add({
    dashboardUid,
    panelId,
    time,
    timeEnd,
    text,
    tags,
    data,
    createdAt,
    updatedAt,
  }: Omit<Annotation, 'id'>): number {
    const place = [dashboardUid, panelId, time, timeEnd];
    this.insert.run(...place, text, JSON.stringify(tags), data, createdAt, updatedAt);
    return this.newest.all<{ id: number }>()[0]!.id;
  }

  /** Changes all but its place. */
  change({ id, time, timeEnd, text, tags, data, updatedAt }: Annotation): void {
    this.update.run(time, timeEnd, text, JSON.stringify(tags), data, updatedAt, id);
  }

  delete(id: number): void {
    this.deleteOne.run(id);
  }
}

function toAnnotation(row: Row): Annotation {
  const { id, time, text, data } = row;
  return {
    ...{ id, dashboardUid: row.dashboard_uid, panelId: row.panel_id, time, timeEnd: row.time_end },
    ...{ text, data, tags: JSON.parse(row.tags) as string[] },
    ...{ createdAt: row.created_at, updatedAt: row.updated_at },
  };
}
