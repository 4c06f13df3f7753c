import { useEffect, useReducer } from 'react';
import type { AnnotationDefinition } from '#dashboards/dashboard';
import type { AnnotationSource } from './annotation-source.ts';

export interface AnnotationSwitchesProps {
  readonly definitions: readonly AnnotationDefinition[];
  readonly source: AnnotationSource;
}

/** A switch per kind of event, unless its file hides it. */
export function AnnotationSwitches({ definitions, source }: AnnotationSwitchesProps) {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const forget = source.subscribe(redraw);
    // What came between the drawing and this was told to nobody.
    redraw();
    return forget;
  }, [source]);
  return definitions
    .filter(({ hidden }) => !hidden)
    .map(({ name }) => {
      const problem = source.problems.get(name);
      return (
        <label key={name} className="variable annotation-switch" data-testid={`annotation-${name}`}>
          <input
            type="checkbox"
            checked={source.shows(name)}
            onChange={(event) => source.show(name, event.target.checked)}
          />
          {name}
          {problem === undefined ? null : (
            <span className="panel-note" data-state="bad" role="img" aria-label={problem} title={problem}>
              !
            </span>
          )}
        </label>
      );
    });
}
