import { describe, expect, it } from 'vitest';
import { errorMessage } from '#lib/errors';
import { alertmanagerFunctions } from './alertmanager-funcs.ts';
import { notificationFromJson } from './alertmanager-json.ts';
import oracle from './amtool-cases.json' with { type: 'json' };
import { createTemplate } from './template.ts';
import { GoStruct } from './value.ts';

// Route labels came with 0.34.
const read = notificationFromJson(JSON.stringify(oracle.data));
const { RouteLabels: _, ...fields } = Object.fromEntries(read.fields);
const notification = new GoStruct('*template.Data', fields, { json: read.json });

const templates = createTemplate({
  mode: 'text',
  functions: alertmanagerFunctions({ now: () => 0, routeLabel: () => '' }),
  missingKey: 'zero',
});
templates.parse('defs.tmpl', oracle.definitions);

function render(text: string): { want: string } | { error: string } {
  try {
    return { want: templates.renderText(text, notification) };
  } catch (error) {
    return { error: errorMessage(error) };
  }
}

describe('a template as amtool renders it', () => {
  it.each(oracle.cases)('$text', ({ text, ...expected }) => {
    expect(render(text)).toEqual(expected);
  });
});
