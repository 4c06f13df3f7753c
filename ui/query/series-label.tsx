import type { LabelSet } from '../api/prometheus.ts';
import { labelNameText, quotedText } from '../format/label-text.ts';

/** A series' name and labels, the name set off from them. Plain text in every part. */
export function SeriesLabel({ labels }: { readonly labels: LabelSet }) {
  const { __name__: name = '', ...rest } = labels;
  const pairs = Object.entries(rest);
  return (
    <span className="series-label mono">
      {name === '' ? null : <b>{name}</b>}
      {pairs.length === 0 && name !== '' ? null : (
        <>
          {'{'}
          {pairs.map(([label, value], i) => (
            <span key={label}>
              {i > 0 ? ', ' : ''}
              <span className="label-name">{labelNameText(label)}</span>=
              <span className="label-value">{quotedText(value)}</span>
            </span>
          ))}
          {'}'}
        </>
      )}
    </span>
  );
}
