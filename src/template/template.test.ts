import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BarographError, errorMessage } from '#lib/errors';
import { alertmanagerFunctions } from './alertmanager-funcs.ts';
import { createTemplate, type MissingKey, type TemplateLimits } from './template.ts';
import { ANY, GoFunction, GoList, GoMap, GoStruct, stringList, type Value } from './value.ts';

const data = new GoMap(ANY, [
  ['name', 'x'],
  ['none', null],
  ['list', new GoList(ANY, [1n, 'a'])],
  ['inner', new GoMap('string', [['a', 'b']])],
]);

function failure(run: () => unknown): BarographError {
  try {
    run();
  } catch (error) {
    if (error instanceof BarographError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

function render(text: string, value: Value = data, missingKey: MissingKey = 'default'): string {
  return createTemplate({ mode: 'text', missingKey }).renderText(text, value, { name: 't' });
}

describe('a missing key', () => {
  it.each([
    ['default', '<no value>|<no value>|<no value>'],
    ['zero', '<no value>||<no value>'],
  ] as const)('with %s', (missingKey, want) => {
    expect(render('{{ .nope }}|{{ .inner.nope }}|{{ .none }}', data, missingKey)).toBe(want);
  });

  it('ends the template with error', () => {
    const error = failure(() => render('{{ .inner.nope }}', data, 'error'));
    expect(error.message).toBe('template: t:1:9: executing "t" at <.inner.nope>: map has no entry for key "nope"');
    expect(error).toMatchObject({ kind: 'bad-config', code: 'template-exec' });
  });
});

describe('values', () => {
  it('print as Go prints them', () => {
    expect(render('{{ . }}')).toBe('map[inner:map[a:b] list:[1 a] name:x none:<nil>]');
  });

  it('of type interface{} are named so when a field is missing', () => {
    expect(errorMessage(failure(() => render('{{ .name.first }}')))).toContain(
      "can't evaluate field first in type interface {}",
    );
  });

  it('that are functions can be called', () => {
    const twice = new GoFunction({ params: ['string'], call: ([text]) => `${String(text)}${String(text)}` });
    const holder = new GoStruct('test.Holder', { Twice: twice });
    expect(render('{{ call .Twice "ab" }}', holder)).toBe('abab');
    expect(errorMessage(failure(() => render('{{ call .Twice 1 }}', holder)))).toContain(
      'arg 0: value has type int; should be string',
    );
    expect(errorMessage(failure(() => render('{{ call .Twice }}', holder)))).toContain(
      'wrong number of args for .Twice: got 0 want 1',
    );
  });

  it('never reach the prototype of JavaScript objects', () => {
    expect(render('{{ .constructor }}|{{ .__proto__ }}')).toBe('<no value>|<no value>');
    expect(errorMessage(failure(() => render('{{ constructor }}')))).toBe(
      'template: t:1: function "constructor" not defined',
    );
  });
});

describe('a set of templates', () => {
  it('takes the last definition, unless that is blank', () => {
    const templates = createTemplate({ mode: 'text' });
    templates.parse('one', '{{ define "x" }}first{{ end }}');
    templates.parse('two', '{{ define "x" }}second{{ end }}');
    templates.parse('three', '{{ define "x" }} {{/* nothing */}} {{ end }}');
    expect(templates.renderText('{{ template "x" }}', null)).toBe('second');
    expect(templates.names()).toEqual(['x', 'one', 'two', 'three']);
  });

  it('is not changed by rendering a text', () => {
    const templates = createTemplate({ mode: 'text' });
    templates.renderText('{{ define "x" }}1{{ end }}', null);
    expect(templates.has('x')).toBe(false);
  });

  it('names the text in which a definition stood', () => {
    const templates = createTemplate({ mode: 'text' });
    templates.parse('file.tmpl', '\n{{ define "x" }}\n  {{ .a.b }}{{ end }}');
    expect(errorMessage(failure(() => templates.renderText('{{ template "x" . }}', 'text')))).toBe(
      'template: file.tmpl:3:7: executing "x" at <.a.b>: can\'t evaluate field a in type string',
    );
  });

  it('says which template is missing', () => {
    expect(failure(() => createTemplate({ mode: 'text' }).render('nope', null)).code).toBe('template-unknown');
  });

  it('counts columns in bytes', () => {
    expect(errorMessage(failure(() => render('äö {{ .a.b }}', 'text')))).toContain('template: t:1:10:');
  });
});

describe('bounds', () => {
  const limited = (limits: Partial<TemplateLimits>, text: string, value: Value = null) =>
    failure(() => createTemplate({ mode: 'text', limits }).renderText(text, value, { name: 't' }));

  it('of the output', () => {
    const error = limited({ maxOutputBytes: 10 }, '{{ range 5 }}abc{{ end }}');
    expect(error).toMatchObject({ code: 'template-limit' });
    expect(error.message).toContain('output is longer than 10 bytes');
  });

  it('of the steps', () => {
    expect(limited({ maxSteps: 1000 }, '{{ range 1000000000 }}{{ end }}').message).toContain(
      'takes more than 1000 steps',
    );
  });

  it('of templates that call themselves', () => {
    const text = '{{ define "x" }}{{ template "x" }}{{ end }}{{ template "x" }}';
    expect(limited({}, text).message).toContain('exceeded maximum template depth (200)');
  });

  it.each([
    ['parentheses', `{{ ${'('.repeat(100_000)} }}`],
    ['blocks', '{{ if 1 }}'.repeat(100_000)],
    ['definitions', '{{ define "x" }}'.repeat(100_000)],
    ['else if', `{{ if 0 }}${'{{ else if 0 }}'.repeat(100_000)}`],
  ])('of nested %s', (_, text) => {
    expect(limited({}, text).code).toBe('template-parse');
  });

  it.each([
    ['printf', '{{ $x = printf "%s%s" $x $x }}'],
    ['print', '{{ $x = print $x $x }}'],
    ['reReplaceAll', '{{ $x = reReplaceAll "a" "aa" $x }}'],
    ['join', '{{ $x = join $x (stringSlice $x $x) }}'],
    ['a list that is printed', '{{ $x = list $x $x }}', '{{ $x }}'],
    ['a list that is encoded', '{{ $x = list $x $x }}', '{{ toJson $x }}'],
    ['a list that grows', '{{ $x = append (list $x $x) $x }}', '{{ print $x }}'],
  ])('of what doubles: %s', (_, body, end = '') => {
    const functions = alertmanagerFunctions({ now: () => 0, routeLabel: () => '' });
    const text = `{{ $x := "aaaaaaaa" }}{{ range $i := 100 }}${body}{{ end }}${end}`;
    const set = createTemplate({ mode: 'text', functions });
    expect(failure(() => set.renderText(text, null, { name: 't' }))).toMatchObject({ code: 'template-limit' });
  });

  it('of a printed width', () => {
    expect(render('{{ printf "%99999999d" 1 }}')).toBe('1');
  });
});

describe('any text', () => {
  const piece = fc.oneof(
    fc.constantFrom('{{', '}}', '{{- ', ' -}}', '"', '`', "'", '(', ')', '|', ':=', '$x', '.', '.name', ' ', '\n', ','),
    fc.constantFrom('if', 'else', 'end', 'range', 'with', 'define "a"', 'template "a"', 'block "b" .', 'break', 'nil'),
    fc.constantFrom('1', '-1.5', '0x', 'true', 'printf "%d%s%v"', 'index .', 'len', 'eq 1', 'slice "abc"', '/*', '*/'),
    fc.string(),
  );

  it('renders or fails with a message of Go, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
        try {
          render(pieces.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(BarographError);
          expect(errorMessage(error)).toMatch(/^template: t:/);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('without actions renders as it is', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !text.includes('{{')),
        (text) => render(text) === text,
      ),
    );
  });
});

it('joins lists of any string slice type', () => {
  const join = {
    params: ['string', '[]string'],
    call: ([by, list]: readonly Value[]) => (list as GoList).items.join(by as string),
  };
  const templates = createTemplate({ mode: 'text', functions: { join } });
  const names = new GoList('string', ['a', 'b'], { type: 'template.Strings' });
  expect(templates.renderText('{{ join "-" . }}', names)).toBe('a-b');
  expect(templates.renderText('{{ join "-" . }}', stringList(['c', 'd']))).toBe('c-d');
});
