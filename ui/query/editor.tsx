import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionStatus,
  moveCompletionSelection,
  selectedCompletionIndex,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, insertNewlineAndIndent } from '@codemirror/commands';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorState, type Extension, Prec } from '@codemirror/state';
import { EditorView, highlightSpecialChars, keymap, placeholder } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { PromQLExtension } from '@prometheus-io/codemirror-promql';
import { useEffect, useRef } from 'react';
import { PREFIX } from '../api/server.ts';

export interface QueryEditorProps {
  readonly value: string;
  readonly label: string;
  readonly focus: boolean;
  readonly onChange: (value: string) => void;
  readonly onRun: () => void;
  /** Alt-Up (-1) and Alt-Down (1): the expression before or after in the history. */
  readonly onHistory: (direction: -1 | 1) => void;
}

/** A PromQL editor with completion from this server. Enter runs, Shift-Enter starts a line, Tab accepts a completion. */
export function QueryEditor(props: QueryEditorProps) {
  const root = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const { value, label } = props;

  useEffect(() => {
    const promql = new PromQLExtension().setComplete({ remote: { url: PREFIX, fetchFn: fetchQuietly } });
    const actions = {
      run: () => latest.current.onRun(),
      history: (direction: -1 | 1) => latest.current.onHistory(direction),
    };
    const made = new EditorView({
      parent: root.current!,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          editorExtensions(promql, actions),
          EditorView.contentAttributes.of({ 'aria-label': label, 'data-testid': 'query-input' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = made;
    if (latest.current.focus) made.focus();
    return () => {
      made.destroy();
      promql.destroy();
    };
  }, [label]);

  useEffect(() => {
    const current = view.current;
    if (current === null || current.state.doc.toString() === value) return;
    current.dispatch({
      changes: { from: 0, to: current.state.doc.length, insert: value },
      selection: { anchor: value.length },
    });
  }, [value]);

  return <div ref={root} className="editor" />;
}

/** Completion is a help, not a need: what it cannot load it leaves out without a word in the console. */
async function fetchQuietly(input: RequestInfo, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(input, init);
  } catch {
    return Response.json({ status: 'success', data: [] });
  }
}

interface EditorActions {
  readonly run: () => void;
  readonly history: (direction: -1 | 1) => void;
}

function editorExtensions(promql: PromQLExtension, { run, history: past }: EditorActions): Extension {
  return [
    history(),
    highlightSpecialChars(),
    bracketMatching(),
    closeBrackets(),
    // Nothing is chosen by itself: Enter then runs what was typed.
    autocompletion({ selectOnOpen: false, icons: false, maxRenderedOptions: 60 }),
    EditorView.lineWrapping,
    placeholder('PromQL: Enter runs, Shift-Enter starts a new line'),
    syntaxHighlighting(HIGHLIGHTS),
    promql.asExtension(),
    Prec.high(
      keymap.of([
        { key: 'Enter', run: handled(run) },
        { key: 'Mod-Enter', run: handled(run) },
        { key: 'Shift-Enter', run: insertNewlineAndIndent },
        { key: 'Alt-ArrowUp', run: handled(() => past(-1)) },
        { key: 'Alt-ArrowDown', run: handled(() => past(1)) },
        { key: 'Tab', run: acceptFirst },
      ]),
    ),
    keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap]),
  ];
}

/** What a key does; the key is then dealt with. */
function handled(action: () => void): () => true {
  return () => {
    action();
    return true;
  };
}

function acceptFirst(view: EditorView): boolean {
  if (completionStatus(view.state) !== 'active') return false;
  if (selectedCompletionIndex(view.state) === null) moveCompletionSelection(true)(view);
  return acceptCompletion(view);
}

const HIGHLIGHTS = HighlightStyle.define([
  { tag: [tags.variableName, tags.labelName], color: 'var(--syntax-name)' },
  { tag: [tags.function(tags.variableName), tags.operatorKeyword], color: 'var(--syntax-function)' },
  { tag: tags.string, color: 'var(--syntax-string)' },
  { tag: [tags.number, tags.literal], color: 'var(--syntax-number)' },
  {
    tag: [tags.keyword, tags.modifier, tags.operator, tags.logicOperator, tags.arithmeticOperator],
    color: 'var(--syntax-keyword)',
  },
  { tag: tags.comment, color: 'var(--text-faint)', fontStyle: 'italic' },
  { tag: tags.invalid, color: 'var(--bad)' },
]);
