import { matchingFiles, type TextFiles } from '#lib/text-files';
import { alertmanagerFunctions } from '#template/alertmanager-funcs';
import { createTemplate, type TemplateSet } from '#template/template';
import { DEFAULT_TEMPLATES } from './notify/default-templates.ts';

export interface NotificationTemplatesOptions {
  readonly mode: 'text' | 'html';
  /** Globs of the files. */
  readonly patterns: readonly string[];
  readonly files: TextFiles;
  readonly now: () => number;
}

/** The built-in templates and then those of the files, outside of any route: `routeLabels` says nothing. */
export async function notificationTemplates(options: NotificationTemplatesOptions): Promise<TemplateSet> {
  const { mode, patterns, files, now } = options;
  const functions = alertmanagerFunctions({ now, routeLabel: () => '' });
  const templates = createTemplate({ mode, functions, missingKey: 'zero' });
  templates.parse('default.tmpl', DEFAULT_TEMPLATES);
  for (const pattern of patterns) {
    for (const path of await matchingFiles(pattern, files)) {
      templates.parse(path.split(/[\\/]/).at(-1) ?? path, await files.read(path));
    }
  }
  return templates;
}
