import { at, type Panel, text } from './dashboard.ts';
import { legendOptions } from './legend.ts';

/** What a legend tells of a series that is the same when only the first, least, greatest and last of a pixel are known. */
const KEPT = ['min', 'max', 'range', 'first', 'firstNotNull', 'last', 'lastNotNull'];
/** Of these, each sample counts: sums of stacks, bars that stand beside each other. */
const COUNTING = /^custom\.(?:stacking|drawStyle|transform)(?:\.|$)/;

/**
 * Whether a panel shows the same when samples that its picture has no pixels for are left out: lines over time, of whose
 * samples nothing else is computed.
 */
export function mayThin(panel: Panel): boolean {
  const { type, transformations, defaults, overrides } = panel;
  const custom = at(defaults, 'custom');
  return (
    type === 'timeseries' &&
    transformations.length === 0 &&
    text(at(custom, 'stacking', 'mode'), 'none') === 'none' &&
    text(at(custom, 'drawStyle'), 'line') === 'line' &&
    text(at(custom, 'transform')) === '' &&
    !overrides.some(({ properties }) => properties.some(({ id }) => COUNTING.test(id))) &&
    legendOptions(panel).calcs.every((calc) => KEPT.includes(calc))
  );
}
