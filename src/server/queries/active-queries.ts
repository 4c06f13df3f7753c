import { errorMessage } from '#lib/errors';
import { pathIn } from '#lib/fs';
import type { Log } from '#lib/log';
import { MAX_SLOT_BYTES, SlotFile } from '#lib/slot-file';
import { utf8Length } from '#lib/utf8';

/** What is remembered of a query while a thread runs it. */
export interface ActiveQuery {
  readonly query: string;
  readonly client: string;
  readonly started: string;
}

/** The file `queries.active` in the data directory: which queries ran when the server died without a word. */
export class ActiveQueries {
  private readonly log: Log;
  private file: SlotFile | null;

  private constructor(file: SlotFile | null, log: Log) {
    this.file = file;
    this.log = log;
  }

  /** Says in the log which queries did not end in the last run. A file that cannot be written is only worth a warning. */
  static open(dataDir: string, log: Log): ActiveQueries {
    const path = pathIn(dataDir, 'queries.active');
    try {
      const { file, left } = SlotFile.open(path);
      for (const query of left.flatMap(parsed)) {
        log.warn("A query didn't finish in the last run: the server ended while it ran, perhaps because of it", {
          ...query,
        });
      }
      return new ActiveQueries(file, log);
    } catch (error) {
      log.warn('The running queries are not written down: after a crash nobody will know them', { path, error });
      return new ActiveQueries(null, log);
    }
  }

  /** Remembers a query until the returned function is called. */
  add(query: ActiveQuery): () => void {
    const { file } = this;
    const slot = this.tried(() => file?.put(slotText(query)));
    return () => {
      if (slot !== undefined) this.tried(() => this.file?.clear(slot));
    };
  }

  /** The server ends as it should: nothing is left behind. */
  close(): void {
    this.tried(() => this.file?.close());
    this.file = null;
  }

  /** A full disk is no reason to refuse queries. */
  private tried<T>(action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      this.log.warn('queries.active cannot be written any more', { error: errorMessage(error) });
      this.file = null;
      return undefined;
    }
  }
}

/** The query is cut so that all fits. */
function slotText(query: ActiveQuery): string {
  let text = JSON.stringify(query);
  for (let room = MAX_SLOT_BYTES; utf8Length(text) > MAX_SLOT_BYTES; room -= 100) {
    const client = query.client.slice(0, 200);
    text = JSON.stringify({ ...query, client, query: `${query.query.slice(0, room)}…` });
  }
  return text;
}

/** None for a line that is none of ours: the file may be half written, or Prometheus'. */
function parsed(line: string): ActiveQuery[] {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'query' in value ? [value as ActiveQuery] : [];
  } catch {
    return [];
  }
}
