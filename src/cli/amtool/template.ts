import { notificationTemplates } from '#alertmanager/notification-templates';
import { diskTextFiles } from '#lib/text-files';
import { notificationFromJson } from '#template/alertmanager-json';
import type { TemplateSet } from '#template/template';
import type { FlagValues } from '../flags.ts';
import type { Command } from './command.ts';
import { wrongUse } from './wrong-use.ts';

/** `template render`: a text with the templates of the files, as a notification would show it. Asks no server. */
export const templateRender: Command = {
  flags: {
    'template.glob': { kind: 'string', default: '', help: 'Files of templates; may be given more than once.' },
    'template.text': { kind: 'string', default: '', help: 'The text to render.' },
    'template.type': { kind: 'string', default: 'text', help: 'text or html.' },
    'template.data': { kind: 'string', default: '', help: "A file of JSON like a webhook's body; else an example." },
  },
  async run({ values, write }) {
    for (const name of ['template.glob', 'template.text']) {
      if (!values.has(name)) throw wrongUse(`required flag(s) '--${name}' not provided`);
    }
    const templates = await templatesOf(values);
    const file = values.text('template.data');
    const data = file === '' ? exampleData(Date.now()) : await diskTextFiles.read(file);
    write(templates.renderText(values.text('template.text'), notificationFromJson(data)));
    return 0;
  },
};

async function templatesOf(values: FlagValues): Promise<TemplateSet> {
  const mode = values.text('template.type');
  if (mode !== 'text' && mode !== 'html') throw wrongUse(`enum value must be one of html,text, got '${mode}'`);
  const patterns = values.each('template.glob');
  return await notificationTemplates({ mode, patterns, files: diskTextFiles, now: Date.now });
}

const MINUTE = 60_000;

/** One alert that fires and one that is over, with the names that amtool shows when it is given no data. */
function exampleData(now: number): string {
  const commonLabels = { commonlabelkey1: 'commonlabelvalue1', commonlabelkey2: 'commonlabelvalue2' };
  const commonAnnotations = {
    commonannotationkey1: 'commonannotationvalue1',
    commonannotationkey2: 'commonannotationvalue2',
  };
  const before = (minutes: number) => new Date(now - minutes * MINUTE).toISOString();
  const both = { endsAt: before(0), generatorURL: 'https://generatorurl.com' };
  return JSON.stringify({
    receiver: 'receiver',
    status: 'alertstatus',
    alerts: [
      {
        ...both,
        status: 'firing',
        labels: { ...commonLabels, label1: 'value1', label2: 'value2', instance: 'foo.bar:1234' },
        annotations: { ...commonAnnotations, annotation1: 'value1', annotation2: 'value2' },
        startsAt: before(5),
        fingerprint: 'fingerprint1',
      },
      {
        ...both,
        status: 'resolved',
        labels: { ...commonLabels, foo: 'bar', baz: 'qux' },
        annotations: { ...commonAnnotations, aaa: 'bbb', ccc: 'ddd' },
        startsAt: before(10),
        fingerprint: 'fingerprint2',
      },
    ],
    groupLabels: { grouplabelkey1: 'grouplabelvalue1', grouplabelkey2: 'grouplabelvalue2' },
    commonLabels,
    commonAnnotations,
    externalURL: 'https://example.com',
  });
}
