import { BarographError } from '#lib/errors';
import { type SeriesChoice, seriesChoices } from './series-choice.ts';

/** What a picture shows, and how. */
export interface PictureRequest {
  /** Of the dashboard. */
  readonly uid: string;
  /** The key or the id of the one panel that it shows; null: all that the dashboard shows. */
  readonly panel: string | null;
  /** In pixels before scaling. */
  readonly width: number;
  /** Null: as high as the dashboard is, up to `MOST_HEIGHT`. */
  readonly height: number | null;
  readonly scale: number;
  readonly theme: 'dark' | 'light';
  /** An IANA name, `utc`, or `local` for the server's; null: the dashboard's. */
  readonly timeZone: string | null;
  /** Null: the dashboard's. */
  readonly from: string | null;
  readonly to: string | null;
  /** Chosen values of variables by name. */
  readonly variables: Readonly<Record<string, readonly string[]>>;
  /** Which series are drawn, by the keys of panels; all of those that are not named. */
  readonly series: Readonly<Record<string, SeriesChoice>>;
  /** How long its queries and its drawing may take, in seconds. */
  readonly timeout: number;
}

/** A picture whose shapes are known. */
export interface Drawing {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/** A request to this server that a picture needs answered. The path has no prefix. */
export interface PictureAsk {
  readonly method: string;
  readonly path: string;
  readonly body: string | null;
  readonly contentType: string;
}

export interface PictureAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** What the code that draws pictures offers to the thread that it is loaded into. */
export interface PicturePainter {
  /** Rejects with a BarographError where there is no such dashboard or panel. One picture at a time. */
  paint(request: PictureRequest): Promise<Drawing>;
}

/** Where fonts come from, whom queries are asked, and what time it is. */
export interface PainterTools {
  /** TrueType files. */
  readonly fonts: { readonly regular: Uint8Array; readonly bold: Uint8Array; readonly mono: Uint8Array };
  readonly ask: (request: PictureAsk) => Promise<PictureAnswer>;
  readonly now: () => number;
}

/** The function that the painter's file exports as `createPainter`. */
export type CreatePainter = (tools: PainterTools) => PicturePainter;

export const MOST_HEIGHT = 10_000;
const MOST_SIDE = 4000;
const LEAST_SIDE = 10;
const MOST_SCALE = 3;
/** Pixels after scaling: so many bytes of memory times four. */
const MOST_PIXELS = 40_000_000;
const MOST_TIMEOUT = 60;

/** The request that a URL makes: Grafana's parameters and defaults. Throws a BarographError that names the parameter. */
export function pictureRequest(uid: string, kind: 'panel' | 'dashboard', params: URLSearchParams): PictureRequest {
  const number = (name: string, fallback: number, least: number, most: number): number =>
    numberIn(params, name, { fallback, least, most });
  const written = params.get('height');
  const whole = kind === 'dashboard' && (written === null || written === '' || written === '-1');
  const width = Math.round(number('width', 1000, LEAST_SIDE, MOST_SIDE));
  const height = whole
    ? null
    : Math.round(number('height', 500, LEAST_SIDE, kind === 'dashboard' ? MOST_HEIGHT : MOST_SIDE));
  const scale = number('scale', number('deviceScaleFactor', 1, 1, MOST_SCALE), 1, MOST_SCALE);
  if (width * (height ?? 0) * scale ** 2 > MOST_PIXELS) {
    throw refused(`width × height × scale² is more than ${MOST_PIXELS} pixels`, 'Ask for a smaller picture.');
  }
  return {
    ...{ uid, width, height, scale, panel: kind === 'panel' ? panelOf(params) : null },
    theme: themeOf(params.get('theme') ?? ''),
    timeZone: zoneOf(params.get('tz') || params.get('timezone') || ''),
    from: params.get('from') || null,
    to: params.get('to') || null,
    variables: variablesOf(params),
    series: seriesChoices(params),
    timeout: number('timeout', 30, 1, MOST_TIMEOUT),
  };
}

function refused(message: string, hint: string): BarographError {
  return new BarographError(message, { kind: 'bad-request', code: 'picture-refused', hint });
}

function numberIn(
  params: URLSearchParams,
  name: string,
  { fallback, least, most }: { readonly fallback: number; readonly least: number; readonly most: number },
): number {
  const written = params.get(name) ?? '';
  if (written === '') return fallback;
  const value = Number(written);
  if (value >= least && value <= most) return value;
  throw refused(
    `"${name}" must be a number from ${least} to ${most}, not ${JSON.stringify(written)}`,
    'Leave it out for the usual one.',
  );
}

function panelOf(params: URLSearchParams): string {
  const written = params.get('panelId') ?? params.get('viewPanel') ?? '';
  const id = written.replace(/^panel-/, '');
  if (id !== '') return id;
  throw refused('"panelId" is missing', 'Name the panel, as in panelId=2, or ask for the whole at /render/d/.');
}

function themeOf(written: string): PictureRequest['theme'] {
  if (written === 'light' || written === 'dark') return written;
  if (written === '' || written === 'system' || written === 'current') return 'dark';
  throw refused(`"theme" must be dark or light, not ${JSON.stringify(written)}`, 'Leave it out for dark.');
}

function zoneOf(written: string): string | null {
  if (written === '') return null;
  if (/^utc$/i.test(written)) return 'utc';
  if (written === 'browser') return 'local';
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: written }).resolvedOptions().timeZone;
  } catch {
    throw refused(
      `"tz" must be UTC, browser or the name of a time zone, not ${JSON.stringify(written)}`,
      'Names are like Europe/Berlin.',
    );
  }
}

function variablesOf(params: URLSearchParams): Record<string, readonly string[]> {
  const names = [...new Set(params.keys())].filter((key) => key.startsWith('var-'));
  return Object.fromEntries(names.map((key) => [key.slice('var-'.length), params.getAll(key)]));
}
