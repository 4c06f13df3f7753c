import { BarographError, errorMessage } from '#lib/errors';
import { matchingFiles, type TextFiles } from '#lib/text-files';
import type { Alert } from '#model/alert';
import { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import { notificationData } from '#template/alertmanager-data';
import { alertmanagerFunctions } from '#template/alertmanager-funcs';
import { createTemplate, type TemplateSet } from '#template/template';
import { DEFAULT_TEMPLATES } from './default-templates.ts';

/** What a notification's templates are rendered with. */
export interface TemplateSubject {
  readonly receiver: string;
  readonly groupLabels: Labels;
  /** Route labels; values are texts by now. */
  readonly routeLabels: Labels;
  readonly reason: string;
  readonly alerts: readonly { readonly alert: Alert }[];
  readonly now: Millis;
}

export interface RendererOptions {
  /** `templates:` of the configuration: absolute globs. */
  readonly templates: readonly string[];
  readonly files: TextFiles;
  readonly externalUrl: string;
  readonly now: () => Millis;
}

/** The same templates for plain texts and for pages. */
interface TemplateSets {
  readonly text: TemplateSet;
  readonly html: TemplateSet;
}

/** Renders the texts of notifications. What a template does wrong is thrown as `bad-config`. */
export class Renderer {
  readonly externalUrl: string;
  private readonly sets: TemplateSets;

  private constructor(sets: TemplateSets, externalUrl: string) {
    this.sets = sets;
    this.externalUrl = externalUrl;
  }

  /** Reads the built-in templates and then the files, so that files win. Throws `bad-config` naming the file. */
  static async load({ templates, files, externalUrl, now }: RendererOptions): Promise<Renderer> {
    const functions = alertmanagerFunctions({ now, routeLabel: () => '' });
    const options = { functions, missingKey: 'zero' } as const;
    const text = createTemplate({ ...options, mode: 'text' });
    const html = createTemplate({ ...options, mode: 'html' });
    for (const set of [text, html]) set.parse('default.tmpl', DEFAULT_TEMPLATES);
    for (const pattern of templates) {
      for (const path of await matchingFiles(pattern, files)) await addFile([text, html], path, files);
    }
    return new Renderer({ text, html }, externalUrl);
  }

  /** The template's output as it is. */
  text(template: string, subject: TemplateSubject): string {
    return this.rendered('text', template, subject);
  }

  /** The template's output as a page: every value is escaped for the place where it stands. */
  html(template: string, subject: TemplateSubject): string {
    return this.rendered('html', template, subject);
  }

  private rendered(mode: keyof TemplateSets, template: string, subject: TemplateSubject): string {
    if (mode === 'text' && !template.includes('{{')) return template;
    const { routeLabels } = subject;
    return this.run(mode, template, subject, (name) => routeLabels.get(name));
  }

  /**
   * Route labels rendered: their values may be templates that use the group's data and, by `routeLabels "x"`, each
   * other. One that fails keeps the others: it is handed to `onError` and left out.
   */
  routeLabels(
    labels: Readonly<Record<string, string>>,
    subject: TemplateSubject,
    onError: (name: string, error: unknown) => void,
  ): Labels {
    const done = new Map<string, string>();
    const open = new Set<string>();
    const resolve = (name: string): string => {
      const known = done.get(name);
      if (known !== undefined) return known;
      if (open.has(name)) throw new Error(`route label ${JSON.stringify(name)} refers to itself`);
      open.add(name);
      const text = this.run('text', labels[name] ?? '', subject, resolve);
      open.delete(name);
      done.set(name, text);
      return text;
    };
    const rendered = Object.keys(labels).flatMap((name): [string, string][] => {
      try {
        return [[name, resolve(name)]];
      } catch (error) {
        open.clear();
        onError(name, error);
        return [];
      }
    });
    return Labels.fromEntries(rendered);
  }

  private run(
    mode: keyof TemplateSets,
    template: string,
    subject: TemplateSubject,
    routeLabel: (name: string) => string,
  ): string {
    const { receiver, groupLabels, routeLabels, reason, now } = subject;
    const alerts = subject.alerts.map(({ alert }) => alert);
    const externalURL = this.externalUrl;
    const data = notificationData({ receiver, alerts, groupLabels, externalURL, now, routeLabels, reason });
    const functions = {
      routeLabels: { params: ['string'], call: ([name]: readonly unknown[]) => routeLabel(String(name)) },
    };
    return this.sets[mode].renderText(template, data, { functions });
  }
}

async function addFile(sets: readonly TemplateSet[], path: string, files: TextFiles): Promise<void> {
  try {
    const text = await files.read(path);
    for (const set of sets) set.parse(path.split(/[\\/]/).at(-1) ?? path, text);
  } catch (cause) {
    throw new BarographError(`${path}: ${errorMessage(cause)}`, {
      kind: 'bad-config',
      code: 'notify-template',
      hint: 'Correct the template; the configuration in force stays until then.',
      cause,
    });
  }
}
