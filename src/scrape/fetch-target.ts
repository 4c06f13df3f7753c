import type { Millis } from '#model/time';

/** One scrape as its transport sees it; the same object for the next one of the target spares work. */
export interface FetchRequest {
  readonly url: string;
  readonly timeout: Millis;
  /** Aborts when the target is no longer scraped; the timeout is the fetcher's own business. */
  readonly signal: AbortSignal;
  /** Set when `__unix_socket__` names a socket to use instead of the URL's host. */
  readonly unixSocket?: string;
}

/** What the target said. */
export interface FetchedPage {
  /** The Content-Type header; '' when there was none. */
  readonly contentType: string;
  /** Decompressed. Only good while it is read: its place is used again. */
  readonly body: Uint8Array;
  /** How long it waited, whole, to be read, in ms with fraction: pages that come at the same time are read in one go. */
  readonly heldBack?: number;
}

/** Gets the pages of targets. */
export interface TargetFetcher {
  /**
   * Gives what `read` made of the page. Rejects with a message that says why in words for the targets page when there is
   * none, and with what `read` throws.
   */
  fetch<T>(request: FetchRequest, read: (page: FetchedPage) => T): Promise<T>;
  /** Lets connections go. No fetch may follow. */
  close(): Promise<void>;
}

/** A target inside this process: gives an exposition in the text format 0.0.4. */
export type LocalSource = () => Uint8Array | Promise<Uint8Array>;

/** The code of the error for a page larger than `body_size_limit`. */
export const BODY_SIZE_LIMIT = 'body-size-limit';
