import { OPERATIONS } from './client.ts';
import type { Command, CommandContext } from './command.ts';
import { filtersOf, labelsOf, plainLabelsOf } from './filters.ts';
import { tableText } from './table.ts';
import { wrongUse } from './wrong-use.ts';

interface ShownAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL?: string;
  readonly status: { readonly state: string };
}

type TimeText = CommandContext['time'];

const KINDS = ['silenced', 'inhibited', 'active', 'unprocessed'] as const;

/** `alert query`: alerts that match. Without flags only the active ones. */
export const alertQuery: Command = {
  flags: {
    silenced: { kind: 'bool', default: 'false', help: 'Show silenced alerts.' },
    inhibited: { kind: 'bool', default: 'false', help: 'Show inhibited alerts.' },
    active: { kind: 'bool', default: 'false', help: 'Show active alerts.' },
    unprocessed: { kind: 'bool', default: 'false', help: 'Show alerts that were not looked at yet.' },
    receiver: { kind: 'string', default: '', help: 'Only of receivers that match this regular expression.' },
  },
  short: { s: 'silenced', i: 'inhibited', a: 'active', u: 'unprocessed', r: 'receiver' },
  async run({ client, values, words, output, time, mode, print }) {
    const some = KINDS.some((kind) => values.bool(kind));
    const query = new URLSearchParams(filtersOf(words, mode).map((filter): [string, string] => ['filter', filter]));
    for (const kind of KINDS) query.set(kind, String(values.bool(kind) || (kind === 'active' && !some)));
    if (values.text('receiver') !== '') query.set('receiver', values.text('receiver'));
    const alerts = await client.ask<readonly ShownAlert[]>({ operation: OPERATIONS.getAlerts, query });
    const sorted = alerts.toSorted((a, b) => Date.parse(a.startsAt) - Date.parse(b.startsAt));
    if (output === 'json') print(JSON.stringify(alerts));
    else print(tableText(output === 'simple' ? simpleRows(sorted, time) : extendedRows(sorted, time)));
    return 0;
  },
};

function simpleRows(alerts: readonly ShownAlert[], time: TimeText): readonly string[][] {
  const rows = alerts.map(({ labels, startsAt, annotations, status }) => {
    return [labels['alertname'] ?? '', time(startsAt), annotations['summary'] ?? '', status.state];
  });
  return [['Alertname', 'Starts At', 'Summary', 'State'], ...rows];
}

function extendedRows(alerts: readonly ShownAlert[], time: TimeText): readonly string[][] {
  const rows = alerts.map(({ labels, annotations, startsAt, endsAt, generatorURL = '', status }) => {
    return [pairs(labels), pairs(annotations), time(startsAt), time(endsAt), generatorURL, status.state];
  });
  return [['Labels', 'Annotations', 'Starts At', 'Ends At', 'Generator URL', 'State'], ...rows];
}

function pairs(record: Readonly<Record<string, string>>): string {
  const names = Object.keys(record).sort(
    (a, b) => Number(b === 'alertname') - Number(a === 'alertname') || (a < b ? -1 : 1),
  );
  return names.map((name) => `${name}=${JSON.stringify(record[name])}`).join(' ');
}

/** `alert add`: one alert. */
export const alertAdd: Command = {
  flags: {
    'generator-url': { kind: 'string', default: '', help: 'Where the alert comes from.' },
    start: { kind: 'string', default: '', help: 'When it began, RFC 3339.' },
    end: { kind: 'string', default: '', help: 'When it ends, RFC 3339.' },
    annotation: { kind: 'list', default: '', help: 'name=value; may be repeated.' },
  },
  async run({ client, values, words, mode }: CommandContext) {
    const time = (name: string) => (values.text(name) === '' ? {} : { [`${name}sAt`]: timeOf(values.text(name)) });
    const alert = {
      labels: labelsOf(words, mode),
      annotations: plainLabelsOf(values.each('annotation'), mode),
      generatorURL: values.text('generator-url'),
      ...time('start'),
      ...time('end'),
    };
    await client.ask({ operation: OPERATIONS.postAlerts, body: [alert] });
    return 0;
  },
};

/** A time that a person wrote, as the API takes it. */
export function timeOf(text: string): string {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw wrongUse(`${JSON.stringify(text)} is no time as RFC 3339 has it`);
  return new Date(time).toISOString();
}
