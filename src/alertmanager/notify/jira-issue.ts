import type { JiraConfig } from '../config/tickets.ts';
import { notifyError } from './notify-error.ts';
import { renderTree } from './payload.ts';
import { truncateRunes } from './truncate.ts';

const MAX_SUMMARY_RUNES = 255;
const MAX_DESCRIPTION_RUNES = 32_767;
const MINUTE = 60_000;

type Render = (template: string) => string;

/** What is asked for when the issue of a group is looked for. */
export interface IssueSearch {
  readonly project: string;
  /** The hash of the group's key. */
  readonly key: string;
  readonly firing: boolean;
}

/** The JQL that finds the issue of a group: an open one or, when it fires again in time, a closed one. */
export function searchQuery(config: JiraConfig, { project, key, firing }: IssueSearch): string {
  const minutes = Math.trunc(config.reopenDuration / MINUTE);
  const reopen = firing && config.reopenTransition !== '' && minutes > 0;
  const wontFix = JSON.stringify(config.wontFixResolution);
  // An issue without a resolution is not "different from" one in JQL.
  const wanted = config.wontFixResolution === '' ? '' : `(resolution is EMPTY or resolution != ${wontFix}) and `;
  const open = reopen
    ? `(resolutiondate is EMPTY OR resolutiondate >= -${minutes}m) and `
    : 'statusCategory != Done and ';
  const own = `project=${JSON.stringify(project)} and labels=${JSON.stringify(groupLabel(key))}`;
  return `${wanted}${open}${own} order by status ASC,resolutiondate DESC`;
}

/** The issue's fields; an update leaves out what the configuration says must stay. */
export function issueFields(
  config: JiraConfig,
  render: Render,
  { key, update }: { readonly key: string; readonly update: boolean },
): Readonly<Record<string, unknown>> {
  const stays = (field: JiraConfig['summary']) => update && field.enableUpdate === false;
  const summary = truncateRunes(render(config.summary.template), MAX_SUMMARY_RUNES);
  const priority = render(config.priority);
  const own = Object.entries(config.fields).map(([name, value]) => [name, renderTree(value, render)] as const);
  return {
    ...(stays(config.summary) ? {} : { summary }),
    ...(stays(config.description) ? {} : describe(config, render)),
    issuetype: { name: render(config.issueType) },
    labels: [...config.labels.map(render), groupLabel(key)].sort(),
    ...(priority === '' ? {} : { priority: { name: priority } }),
    project: { key: render(config.project) },
    ...Object.fromEntries(own),
  };
}

function groupLabel(key: string): string {
  return `ALERT{${key}}`;
}

// Version 3 of the API takes a document where version 2 takes a text.
function describe({ apiUrl, description }: JiraConfig, render: Render): { readonly description?: unknown } {
  const text = truncateRunes(render(description.template), MAX_DESCRIPTION_RUNES);
  if (!/\/3\/*$/.test(new URL(apiUrl).pathname)) return text === '' ? {} : { description: text };
  if (text.trim() === '') return {};
  try {
    return { description: JSON.parse(text) as unknown };
  } catch {
    throw notifyError('description template: invalid JSON for API v3');
  }
}
