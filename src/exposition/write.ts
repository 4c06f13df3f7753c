import { formatSampleValue } from '#lib/go-format';
import type { MetricFamily, MetricSample } from '#lib/metrics';

/** The Content-Type of what `writeText` gives. */
export const TEXT_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const encoder = new TextEncoder();

/**
 * Families in the Prometheus text format 0.0.4, in the given order; families without samples are left out. Names outside
 * the legacy alphabet are quoted as in version 1.0.0.
 */
export function writeText(families: readonly MetricFamily[]): Uint8Array {
  return encoder.encode(families.map(familyText).join(''));
}

function familyText({ name, help, type, samples }: MetricFamily): string {
  if (samples.length === 0) return '';
  const shown = LEGACY_METRIC.test(name) ? name : quoted(name);
  const kind = type === 'unknown' ? 'untyped' : type;
  const head = `${help === '' ? '' : `# HELP ${shown} ${escapeHelp(help)}\n`}# TYPE ${shown} ${kind}\n`;
  return head + samples.map((sample) => sampleLine(name, sample)).join('');
}

function sampleLine(family: string, { suffix, labels, value }: MetricSample): string {
  return `${seriesText(family + suffix, labels)} ${formatSampleValue(value)}\n`;
}

/** A series as the text format writes it: labels are name, value, … pairs. */
export function seriesText(name: string, labels: readonly string[]): string {
  const parts: string[] = [];
  if (!LEGACY_METRIC.test(name)) parts.push(quoted(name));
  for (let i = 0; i < labels.length; i += 2) {
    const label = labels[i]!;
    parts.push(`${LEGACY_LABEL.test(label) ? label : quoted(label)}=${quoted(labels[i + 1]!)}`);
  }
  const inside = parts.length === 0 ? '' : `{${parts.join(',')}}`;
  return LEGACY_METRIC.test(name) ? name + inside : inside;
}

const LEGACY_METRIC = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LEGACY_LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' };

/** A text in quotes: backslash, quote and newline are escaped, nothing else is. */
function quoted(text: string): string {
  return `"${text.replace(/[\\"\n]/g, (char) => ESCAPES[char]!)}"`;
}

/** In HELP a quote stands for itself. */
function escapeHelp(text: string): string {
  return text.replace(/[\\\n]/g, (char) => ESCAPES[char]!);
}
