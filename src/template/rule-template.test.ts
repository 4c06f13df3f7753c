import { describe, expect, it } from 'vitest';
import { Labels } from '#model/labels';
import recorded from '../../test/fixtures/templates/rules.json' with { type: 'json' };
import type { TemplateSample } from './prometheus-funcs.ts';
import oracle from './promtool-cases.json' with { type: 'json' };
import { checkRuleTemplate, expandRuleTemplate } from './rule-template.ts';

const vec = (instance: string, value: number): TemplateSample => ({
  labels: Labels.from({ __name__: 'vec', instance, job: 'j' }),
  value,
});

/** What the engine answered when promtool made the cases. */
const RESULTS: Readonly<Record<string, readonly TemplateSample[]>> = {
  vec: [vec('a', 3.5), vec('b', 1)],
  "vec{instance='a'}": [vec('a', 3.5)],
  vec_nan: [{ labels: Labels.EMPTY, value: Number.NaN }],
  vec_inf: [{ labels: Labels.EMPTY, value: Infinity }],
  nosuch: [],
  'sum(vec)': [{ labels: Labels.EMPTY, value: 4.5 }],
  "label_replace(vec, '__value__', 'sv', '', '')": [{ labels: Labels.from({ __value__: 'sv' }), value: 3.5 }],
};

const ERRORS: Readonly<Record<string, string>> = {
  'bad(': '1:5: parse error: unclosed left parenthesis',
  '1 +': '1:4: parse error: unexpected end of input',
};

const data = {
  labels: vec('a', 3.5).labels,
  externalLabels: Labels.from({ region: 'eu', zone: 'z1' }),
  externalURL: 'http://prom.example:9090/pre/fix',
  value: 3.5,
};

const context = {
  alertName: 'T',
  now: 1_643_114_203_500,
  externalURL: data.externalURL,
  query: (expr: string) => {
    const result = RESULTS[expr];
    return result ? Promise.resolve(result) : Promise.reject(new Error(ERRORS[expr] ?? `no such query: ${expr}`));
  },
};

const expand = (text: string) => expandRuleTemplate(text, data, context);

describe('a rule template as promtool expands it', () => {
  it.each([...oracle.cases, ...recorded.cases])('$text', async ({ text, want }) => {
    expect(await expand(text)).toBe(want);
  });
});

describe('functions that came after promtool 3.5', () => {
  it.each([
    ['{{ now }}', '1.6431142035e+09'],
    ['{{ (now | toTime).Hour }}', '12'],
    ['{{ toDuration 90.5 }} {{ (toDuration 90.0).Minutes }} {{ toDuration 1800 }}', '1m30.5s 1.5 30m0s'],
    ['{{ parseDuration "1h30m" }} {{ parseDuration "-5m" }}', '5400 -300'],
    ['{{ urlQueryEscape "a b&c=d+é" }}', 'a+b%26c%3Dd%2B%C3%A9'],
    ['{{ externalURL }}|{{ pathPrefix }}', 'http://prom.example:9090/pre/fix|/pre/fix'],
  ])('%s', async (text, want) => {
    expect(await expand(text)).toBe(want);
  });
});

describe('queries of a template', () => {
  it('may depend on the results of others', async () => {
    const text = `{{ range query "vec" }}{{ with printf "vec{instance='%s'}" .Labels.instance | query }}{{ len . }}{{ end }}{{ end }}`;
    const answers = { ...RESULTS, "vec{instance='b'}": [] };
    const query = (expr: string) => Promise.resolve(answers[expr as keyof typeof answers] ?? []);
    expect(await expandRuleTemplate(text, data, { ...context, query })).toBe('1');
  });

  it('are asked once each', async () => {
    const asked: string[] = [];
    const query = (expr: string) => {
      asked.push(expr);
      return Promise.resolve([vec('a', 1)]);
    };
    await expandRuleTemplate('{{ query "vec" | len }}{{ query "vec" | len }}{{ query "up" | len }}', data, {
      ...context,
      query,
    });
    expect(asked).toEqual(['vec', 'up']);
  });

  it('can be put in the order of a label, bytes not letters', async () => {
    const query = () => Promise.resolve([vec('b', 1), vec('a', 2), vec('B', 3)]);
    const text = '{{ range query "vec" | sortByLabel "instance" }}{{ .Value }} {{ end }}';
    expect(await expandRuleTemplate(text, data, { ...context, query })).toBe('3 2 1 ');
  });

  it('that never end are given up', async () => {
    const text = `{{ define "more" }}{{ $r := query . }}{{ template "more" (print . "x") }}{{ end }}{{ template "more" "a" }}`;
    const query = () => Promise.resolve([]);
    expect(await expandRuleTemplate(text, data, { ...context, query })).toMatch(
      /exceeded maximum template depth \(200\)>$/,
    );
  });
});

describe('checking a template when rules are loaded', () => {
  it('accepts what parses', () => {
    expect(checkRuleTemplate('HighLoad', '{{ $labels.instance }} is at {{ $value | humanize }}')).toBeNull();
  });

  it('says what is wrong in the words of promtool', () => {
    expect(checkRuleTemplate('T20', '{{ nope 1 }}')).toEqual({
      message: 'template: __alert_T20:1: function "nope" not defined',
      hint: 'correct the template',
      line: 1,
    });
  });

  it('says on which line a problem was found, whatever the alert is called', () => {
    expect(checkRuleTemplate('a:9: b', 'one\ntwo\n{{ nope }}')).toEqual({
      message: 'template: __alert_a:9: b:3: function "nope" not defined',
      hint: 'correct the template',
      line: 3,
    });
  });

  it('names the variable or the function that was meant', () => {
    const hint = (text: string) => checkRuleTemplate('A', text)?.hint;
    expect(hint('{{ $label.instance }}')).toBe('did you mean $labels?');
    expect(hint('{{ $value | humanise }}')).toBe('did you mean humanize?');
    expect(hint('{{ end }}')).toBe('correct the template');
  });
});
