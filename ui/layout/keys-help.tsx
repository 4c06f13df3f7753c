import { Dialog } from '../parts/dialog.tsx';
import { useKeyGroups } from '../parts/keys.ts';
import { KeyCaps } from './key-caps.tsx';

/** All keys that work on the page now. */
export function KeysHelp({ close }: { readonly close: () => void }) {
  const groups = useKeyGroups();
  const titles = [...new Set(groups.map(({ title }) => title))];
  return (
    <Dialog title="Keys" close={close} testId="keys-help">
      <div className="dialog-body keys-help">
        {titles.map((title) => (
          <section key={title}>
            <h3>{title}</h3>
            {groups
              .filter((group) => group.title === title)
              .flatMap(({ bindings }) => bindings)
              .map(({ keys, label }) => (
                <div key={keys} className="keys-help-row">
                  <span>{label}</span>
                  <KeyCaps keys={keys} />
                </div>
              ))}
          </section>
        ))}
        <section>
          <h3>On a chart</h3>
          {CHART_GESTURES.map(([gesture, label]) => (
            <div key={gesture} className="keys-help-row">
              <span>{label}</span>
              <kbd>{gesture}</kbd>
            </div>
          ))}
        </section>
      </div>
    </Dialog>
  );
}

const CHART_GESTURES: readonly (readonly [string, string])[] = [
  ['drag', 'Zoom in'],
  ['double click', 'Zoom out'],
  ['shift + drag', 'Measure the change'],
  ['click', 'Pin the instant'],
  ['ctrl + click or drag', 'Say something of an instant or a while'],
  ['tab, then ← →', 'Move the instant; with ctrl further'],
  ['shift + ← →', 'Select a while'],
  ['enter', 'Zoom to what is selected, or pin the instant'],
];
