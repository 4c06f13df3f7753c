import { readMeta } from '#block/block-reader';
import { errorMessage } from '#lib/errors';
import { listDir, pathIn } from '#lib/fs';
import { isUlid } from '#lib/ulid';

/** The ULIDs of the first blocks that went into the blocks of a data directory. What went in once need not again. */
export async function presentSources(dir: string): Promise<ReadonlySet<string>> {
  const sources = new Set<string>();
  for (const name of (await listDir(dir)).filter(isUlid)) {
    // A damaged block is left to the server, which names it.
    const meta = await readMeta(pathIn(dir, name)).catch((error: unknown) => void errorMessage(error));
    if (meta === undefined) continue;
    sources.add(meta.ulid);
    for (const source of meta.compaction.sources) sources.add(source);
  }
  return sources;
}
