import type { Millis } from '#model/time';
import { type Panel, text } from './dashboard.ts';
import type { DataFrame, Field } from './frames.ts';

/** How serious a line is, by its label or its words. */
export type LogLevel = 'critical' | 'error' | 'warning' | 'info' | 'debug' | 'unknown';

export interface LogLine {
  /** NaN when it has none. */
  readonly time: Millis;
  readonly level: LogLevel;
  readonly text: string;
  readonly labels: Readonly<Record<string, string>>;
  /** How many equal lines stand in this one. */
  readonly count: number;
}

export interface LogModel {
  readonly lines: readonly LogLine[];
  readonly showTime: boolean;
  readonly showLabels: boolean;
  readonly wrap: boolean;
  readonly pretty: boolean;
}

const BODY = /^(body|line|message|msg|log|content)$/i;

/** The lines of frames that have a column of texts: the one called body or line, else the first. */
export function logModel(panel: Panel, frames: readonly DataFrame[]): LogModel {
  const { options } = panel;
  const sign = text(options['sortOrder']) === 'Ascending' ? 1 : -1;
  const lines = frames.flatMap(linesOf).sort((a, b) => sign * (a.time - b.time));
  return {
    lines: withoutRepeats(lines, text(options['dedupStrategy'], 'none')),
    showTime: options['showTime'] !== false,
    showLabels: options['showLabels'] === true,
    wrap: options['wrapLogMessage'] !== false,
    pretty: options['prettifyLogMessage'] === true,
  };
}

function linesOf(frame: DataFrame): LogLine[] {
  const texts = frame.fields.filter(({ type }) => type === 'string');
  const body = texts.find(({ name }) => BODY.test(name)) ?? texts[0];
  if (body === undefined) return [];
  const times = frame.fields.find(({ type }) => type === 'time');
  const others = texts.filter((field) => field !== body);
  return Array.from({ length: frame.length }, (_, i) => {
    const labels = { ...body.labels, ...labelsAt(others, i) };
    const line = String(body.values[i]);
    return { time: Number(times?.values[i] ?? Number.NaN), level: levelOf(labels, line), text: line, labels, count: 1 };
  });
}

function labelsAt(fields: readonly Field[], line: number): Record<string, string> {
  const entries = fields.map(({ name, values }) => [name, String(values[line])] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== ''));
}

const LEVELS: readonly (readonly [LogLevel, RegExp])[] = [
  ['critical', /^(emerg|fatal|alert|crit|critical)$/i],
  ['error', /^(err|eror|error)$/i],
  ['warning', /^(warn|warning)$/i],
  ['info', /^(info|information|informational|notice)$/i],
  ['debug', /^(dbug|debug|trace)$/i],
];

function levelOf(labels: Readonly<Record<string, string>>, line: string): LogLevel {
  const said = labels['detected_level'] ?? labels['level'] ?? labels['severity'] ?? labels['lvl'];
  const words = said === undefined ? (line.slice(0, 200).match(/[A-Za-z]+/g) ?? []) : [said];
  for (const word of words) {
    const level = LEVELS.find(([, pattern]) => pattern.test(word))?.[0];
    if (level !== undefined) return level;
  }
  return 'unknown';
}

/** What lines that follow each other must share to be one: all, all but numbers, or their letters' shape. */
const SIGNATURES: Readonly<Record<string, (line: string) => string>> = {
  exact: (line) => line,
  numbers: (line) => line.replace(/\d/g, ''),
  signature: (line) => line.replace(/\w/g, ''),
};

function withoutRepeats(lines: readonly LogLine[], strategy: string): LogLine[] {
  const signature = SIGNATURES[strategy];
  if (signature === undefined) return [...lines];
  const kept: LogLine[] = [];
  for (const line of lines) {
    const last = kept.at(-1);
    if (last !== undefined && signature(last.text) === signature(line.text)) {
      kept[kept.length - 1] = { ...last, count: last.count + 1 };
    } else kept.push(line);
  }
  return kept;
}
