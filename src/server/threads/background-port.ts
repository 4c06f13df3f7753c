import type { MessagePort } from 'node:worker_threads';
import type { BlockWriterPort } from '#tsdb/compaction';
import { connect } from './channel.ts';

/** The background thread as the database sees it. */
export function blockWriterOver(port: MessagePort): BlockWriterPort {
  const { remote } = connect<BlockWriterPort>(port);
  return {
    compactHead: (request) => remote.compactHead(request),
    compactEnded: (request) => remote.compactEnded(request),
    compactLate: (request) => remote.compactLate(request),
    deleteFromBlock: (request) => remote.deleteFromBlock(request),
    expireInBlock: (request) => remote.expireInBlock(request),
    compactBlocks: (request) => remote.compactBlocks(request),
  };
}
