import { useEffect, useState } from 'react';
import { durationText, parseDurationText } from '../format/duration.ts';
import { graphStep, steppedRange } from './graph-range.ts';
import { MomentInput } from './moment-input.tsx';
import type { QueryPanel, Resolution } from './query-url.ts';

export interface GraphControlsProps {
  readonly panel: QueryPanel;
  readonly change: (change: Partial<QueryPanel>) => void;
}

/** Range, end, resolution and looks of a graph. */
export function GraphControls({ panel, change }: GraphControlsProps) {
  return (
    <>
      <span className="joined">
        <button
          type="button"
          className="button icon"
          aria-label="Shorter range"
          onClick={() => change({ range: steppedRange(panel.range, -1) })}
        >
          −
        </button>
        <DurationInput label="Range" value={panel.range} testId="graph-range" onChange={(range) => change({ range })} />
        <button
          type="button"
          className="button icon"
          aria-label="Longer range"
          onClick={() => change({ range: steppedRange(panel.range, 1) })}
        >
          +
        </button>
      </span>
      <MomentInput
        label="End"
        value={panel.end}
        step={panel.range / 2}
        testId="graph-end"
        onChange={(end) => change({ end })}
      />
      <ResolutionInput
        resolution={panel.resolution}
        range={panel.range}
        onChange={(resolution) => change({ resolution })}
      />
      <button
        type="button"
        className="segment"
        aria-pressed={panel.stacked}
        onClick={() => change({ stacked: !panel.stacked })}
        data-testid="graph-stacked"
      >
        Stacked
      </button>
      <button
        type="button"
        className="segment"
        aria-pressed={panel.yAxisMin === 'zero'}
        onClick={() => change({ yAxisMin: panel.yAxisMin === 'zero' ? 'auto' : 'zero' })}
        data-testid="graph-zero"
      >
        From zero
      </button>
      <button
        type="button"
        className="segment"
        aria-pressed={panel.exemplars}
        title="Marks observations that programs kept as examples, with their traces"
        onClick={() => change({ exemplars: !panel.exemplars })}
        data-testid="graph-exemplars"
      >
        Exemplars
      </button>
    </>
  );
}

interface ResolutionInputProps {
  readonly resolution: Resolution;
  readonly range: number;
  readonly onChange: (resolution: Resolution) => void;
}

function ResolutionInput({ resolution, range, onChange }: ResolutionInputProps) {
  const choose = (kind: string): void => {
    if (kind === 'fixed') onChange({ kind, step: graphStep(range, resolution) });
    else onChange({ kind: 'auto', density: kind as 'low' | 'medium' | 'high' });
  };
  return (
    <span className="joined">
      <select
        className="select"
        aria-label="Resolution"
        title="How many points the graph has"
        data-testid="graph-resolution"
        value={resolution.kind === 'fixed' ? 'fixed' : resolution.density}
        onChange={(event) => choose(event.target.value)}
      >
        <option value="low">Coarse</option>
        <option value="medium">Medium</option>
        <option value="high">Fine</option>
        <option value="fixed">Step…</option>
      </select>
      {resolution.kind === 'fixed' ? (
        <DurationInput
          label="Step"
          value={resolution.step}
          testId="graph-step"
          onChange={(step) => onChange({ kind: 'fixed', step })}
        />
      ) : null}
    </span>
  );
}

interface DurationInputProps {
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
  readonly testId: string;
}

function DurationInput({ label, value, onChange, testId }: DurationInputProps) {
  const [text, setText] = useState(durationText(value));
  useEffect(() => setText(durationText(value)), [value]);
  const parsed = parseDurationText(text);
  const commit = (): void => {
    if (parsed === null) setText(durationText(value));
    else if (parsed !== value) onChange(parsed);
  };
  return (
    <input
      className={parsed === null ? 'input duration wrong' : 'input duration'}
      aria-label={label}
      aria-invalid={parsed === null}
      title={`${label}: 90s, 15m, 1h30m, 2d`}
      value={text}
      data-testid={testId}
      spellCheck={false}
      onChange={(event) => setText(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => (event.key === 'Enter' ? commit() : undefined)}
    />
  );
}
