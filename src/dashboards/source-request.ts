/** A request to a data source, by the path below its URL. */
export interface SourceRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Without a slash at its beginning. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  /** Null when there is none. */
  readonly body: Uint8Array | null;
  readonly contentType: string;
  /** An answer of earlier will not do. */
  readonly fresh?: boolean;
}

/** What a data source answered, whatever its status. */
export interface SourceAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** An answer, and whether it was asked for just now. */
export interface CachedAnswer extends SourceAnswer {
  readonly cache: 'hit' | 'miss';
}
