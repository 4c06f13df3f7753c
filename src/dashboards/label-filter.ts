import { compilePattern } from './pattern.ts';

interface Labelled {
  readonly labels: Readonly<Record<string, string>>;
}

type Test = (value: string) => boolean;

const OPERATORS: Readonly<Record<string, (wanted: string) => Test>> = {
  '=': (wanted) => (value) => value === wanted,
  '!=': (wanted) => (value) => value !== wanted,
  '=~': (wanted) => anchored(wanted),
  '!~': (wanted) => {
    const matches = anchored(wanted);
    return (value) => !matches(value);
  },
};

function anchored(source: string): Test {
  const pattern = compilePattern(`^(?:${source})$`);
  return (value) => pattern?.find(value) ?? false;
}

const MATCHER = /([A-Za-z_][\w.]*)\s*(=~|!~|!=|=)\s*(?:"((?:\\.|[^"\\])*)"|([^,{}"]*))/g;

/** Whether labels pass all matchers of `{severity="critical", job=~"a|b"}`, its braces left out or not. */
export function parseSelector(source: string): (item: Labelled) => boolean {
  const tests = [...source.matchAll(MATCHER)].map(([, name = '', operator = '=', quoted, bare = '']) => {
    const wanted = quoted === undefined ? bare.trim() : quoted.replace(/\\(.)/g, '$1');
    return { name, test: OPERATORS[operator]!(wanted) };
  });
  return ({ labels }) => tests.every(({ name, test }) => test(labels[name] ?? ''));
}
