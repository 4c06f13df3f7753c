import { describe, expect, it } from 'vitest';
import { featureNote } from './feature-flags.ts';

describe('a name given to --enable-feature', () => {
  it.each([
    ['auto-reload-config', null],
    ['native-histograms', '--enable-feature=native-histograms has no effect: what of it exists here is always on'],
    ['nonsense', '--enable-feature=nonsense: unknown feature, it is ignored'],
    [
      'auto-reload-confg',
      '--enable-feature=auto-reload-confg: unknown feature, it is ignored: did you mean auto-reload-config?',
    ],
  ])('%s is explained', (feature, text) => {
    expect(featureNote(feature)?.text ?? null).toBe(text);
  });
});
