import type { BlockMeta } from '#block/meta';

/** One block of an import is done. */
export interface ImportStep {
  readonly done: number;
  readonly of: number;
  readonly meta: BlockMeta;
  /** It was there before: nothing was written. */
  readonly isPresent: boolean;
}
