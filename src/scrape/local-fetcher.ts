import { TEXT_CONTENT_TYPE } from '#exposition/write';
import type { LocalSource, TargetFetcher } from './fetch-target.ts';

/** Asks `find` for a source inside this process by the target's URL, and `network` for all other targets. */
export function createLocalFetcher(find: (url: string) => LocalSource | null, network: TargetFetcher): TargetFetcher {
  return {
    fetch: async (request, read) => {
      const source = find(request.url);
      if (source === null) return network.fetch(request, read);
      return read({ contentType: TEXT_CONTENT_TYPE, body: await source() });
    },
    close: () => network.close(),
  };
}
