import { bench, describe } from 'vitest';
import { writeText } from '#exposition/write';
import { collectHost } from '#host/collect';
import { hostFiles, nodeHost } from '#lib/host-files';

const sources = { files: hostFiles, host: nodeHost(), now: 0, monotonic: () => 0 };
const families = collectHost(sources);

describe('the page of this machine', () => {
  bench('collecting it', () => void collectHost(sources));
  bench('writing it', () => void writeText(families));
});
