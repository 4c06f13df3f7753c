import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { bracketMatching, indentUnit } from '@codemirror/language';
import { type Diagnostic, linter, lintGutter } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { BarographError } from '#lib/errors';
import { parseJsonText } from '#lib/json-text';

export interface JsonEditorProps {
  readonly value: string;
  readonly readOnly: boolean;
  readonly onChange: (value: string) => void;
}

/** A text that must be JSON, with line numbers and a mark where it is not. */
export function JsonEditor({ value, readOnly, onChange }: JsonEditorProps) {
  const root = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef({ value, onChange });
  latest.current = { value, onChange };

  useEffect(() => {
    const made = new EditorView({
      parent: root.current!,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          ...[history(), lineNumbers(), bracketMatching(), highlightActiveLine(), indentUnit.of('  ')],
          ...[lintGutter(), linter(({ state }) => faultsOf(state.doc.toString()), { delay: 200 })],
          keymap.of([indentWithTab, ...defaultKeymap, ...historyKeymap]),
          EditorState.readOnly.of(readOnly),
          EditorView.contentAttributes.of({ 'aria-label': 'JSON of the dashboard', 'data-testid': 'json-input' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
  }, [readOnly]);

  useEffect(() => {
    const current = view.current;
    if (current === null || current.state.doc.toString() === value) return;
    current.dispatch({ changes: { from: 0, to: current.state.doc.length, insert: value } });
  }, [value]);

  return <div ref={root} className="json-editor" />;
}

function faultsOf(text: string): Diagnostic[] {
  try {
    parseJsonText(text);
    return [];
  } catch (error) {
    if (!(error instanceof BarographError) || error.at === undefined) throw error;
    const { line, column } = error.at;
    const lines = text.split('\n');
    const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
    const from = Math.min(start, text.length);
    return [{ from, to: Math.min(from + 1, text.length), severity: 'error', message: error.message }];
  }
}
