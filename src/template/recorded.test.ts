import { describe, expect, it } from 'vitest';
import { errorMessage } from '#lib/errors';
import data from '../../test/fixtures/templates/data.json' with { type: 'json' };
import html from '../../test/fixtures/templates/html.json' with { type: 'json' };
import text from '../../test/fixtures/templates/text.json' with { type: 'json' };
import { alertmanagerFunctions } from './alertmanager-funcs.ts';
import { notificationFromJson } from './alertmanager-json.ts';
import { createTemplate } from './template.ts';
import { GoStruct } from './value.ts';

interface Answer {
  readonly text: string;
  readonly want?: string;
  readonly error?: string;
}

// Route labels came with 0.34.
const read = notificationFromJson(JSON.stringify(data));
const { RouteLabels: _, ...fields } = Object.fromEntries(read.fields);
const notification = new GoStruct(read.type, fields, { json: read.json });

describe.each([
  ['text', text.definitions, text.cases],
  ['html', html.definitions, html.cases],
] as const)('a %s template renders or fails as amtool says', (mode, definitions, cases) => {
  const functions = alertmanagerFunctions({ now: () => 0, routeLabel: () => '' });
  const templates = createTemplate({ mode, functions, missingKey: 'zero' });
  templates.parse('defs.tmpl', definitions);

  it.each(cases as readonly Answer[])('$text', ({ text, ...expected }) => {
    expect(answer(text)).toEqual(expected);
  });

  function answer(text: string): { want: string } | { error: string } {
    try {
      return { want: templates.renderText(text, notification) };
    } catch (error) {
      return { error: errorMessage(error) };
    }
  }
});
