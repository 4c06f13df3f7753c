import { describe, expect, it } from 'vitest';
import { ALERTMANAGER_FEATURES, featureNote, featureProblem, matcherModeOf, SERVER_FEATURES } from './feature-flags.ts';

describe('a name given to --enable-feature', () => {
  it.each([
    ['auto-reload-config', null],
    ['native-histograms', '--enable-feature=native-histograms has no effect: what it switches on is always on here'],
    ['extra-scrape-metrics', null],
    [
      'type-and-unit-labels',
      '--enable-feature=type-and-unit-labels is ignored: this version does not have the feature',
    ],
    ['classic-mode', null],
    ['event-recorder', '--enable-feature=event-recorder is ignored: this version does not have the feature'],
    ['nonsense', '--enable-feature=nonsense: unknown feature, it is ignored'],
    [
      'auto-reload-confg',
      '--enable-feature=auto-reload-confg: unknown feature, it is ignored: did you mean auto-reload-config?',
    ],
  ])('%s is explained', (feature, text) => {
    expect(featureNote(feature, SERVER_FEATURES)?.text ?? null).toBe(text);
  });
});

it('an Alertmanager alone knows only its own', () => {
  const kind = (feature: string) => featureNote(feature, ALERTMANAGER_FEATURES)?.kind ?? null;
  const names = ['utf8-strict-mode', 'receiver-name-in-metrics', 'group-key-in-metrics', 'native-histograms'];
  expect(names.map(kind)).toEqual([null, 'without effect', 'missing', 'unknown']);
});

it('features say how matchers are written, and exclude each other', () => {
  expect([matcherModeOf([]), matcherModeOf(['agent', 'classic-mode']), matcherModeOf(['utf8-strict-mode'])]).toEqual([
    ...['fallback', 'classic', 'utf8'],
  ]);
  expect(featureProblem(['classic-mode'])).toBe(null);
  expect(featureProblem(['classic-mode', 'utf8-strict-mode'])).toBe(
    'flag --enable-feature: cannot have both classic and UTF-8 modes enabled; name classic-mode or utf8-strict-mode',
  );
});
