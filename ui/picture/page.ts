import type { PictureAnswer, PictureAsk } from '#dashboards/picture';
import type { Theme } from '../state/theme.ts';
import type { PictureFonts } from './font.ts';
import { SvgCanvas } from './svg-canvas.ts';
import { SvgPath } from './svg-path.ts';
import { THEME_COLORS } from './theme-colors.ts';
import { setLocalZone, ZonedDate } from './zoned-date.ts';

/**
 * As much of a page as charts look for, where there is none: elements that hold nothing, canvases that become SVG, the
 * colors of a theme. Importing this file puts it into the globals of its thread, so it must come before what draws.
 */

/** What a picture's page looks like. */
export interface PageLook {
  readonly theme: Theme;
  /** An IANA name, `utc`, or `local` for the machine's. */
  readonly zone: string;
  readonly fonts: PictureFonts;
  /** Answers what the page asks of its server. */
  readonly ask: (request: PictureAsk) => Promise<PictureAnswer>;
}

let look: PageLook | null = null;

/** Sets how everything looks that is drawn from now on in this thread. */
export function setPageLook(next: PageLook): void {
  look = next;
  root.dataset['theme'] = next.theme;
  setLocalZone(next.zone === 'local' ? null : next.zone === 'utc' ? 'UTC' : next.zone);
}

/** The look of the page. Throws before there is one. */
export function pageLook(): PageLook {
  if (look === null) throw new Error('a picture is drawn before its page has a look');
  return look;
}

/** An element without content: charts place them over their canvas for the pointer. */
class BareElement {
  readonly style = { setProperty: nothing };
  readonly classList = { add: nothing, remove: nothing, toggle: nothing, contains: () => false };
  readonly dataset: Record<string, string> = {};
  width = 0;
  height = 0;
  private canvas: SvgCanvas | null = null;

  getContext(): SvgCanvas {
    this.canvas ??= new SvgCanvas(pageLook().fonts);
    return this.canvas;
  }

  getBoundingClientRect() {
    return { left: 0, top: 0, width: this.width, height: this.height };
  }

  appendChild<Child>(child: Child): Child {
    return child;
  }

  insertBefore<Child>(child: Child): Child {
    return child;
  }

  append = nothing;
  remove = nothing;
  setAttribute = nothing;
  addEventListener = nothing;
  removeEventListener = nothing;
}

function nothing(): void {}

/** An element for a chart to live in. */
export function bareElement(): HTMLElement {
  return new BareElement() as unknown as HTMLElement;
}

async function askServer(path: string, init: RequestInit = {}): Promise<Response> {
  const { body = null } = init;
  const form = body instanceof URLSearchParams;
  const answer = await pageLook().ask({
    ...{ method: init.method ?? 'GET', path, body: body === null ? null : String(body) },
    contentType: form ? 'application/x-www-form-urlencoded' : 'application/json',
  });
  const { status, contentType } = answer;
  return new Response(status === 204 ? null : answer.body, { status, headers: { 'Content-Type': contentType } });
}

const root = new BareElement();

const page = {
  document: {
    documentElement: root,
    body: root,
    createElement: () => new BareElement(),
    querySelector: () => null,
    addEventListener: nothing,
    removeEventListener: nothing,
  },
  window: { addEventListener: nothing, removeEventListener: nothing, dispatchEvent: nothing, devicePixelRatio: 1 },
  devicePixelRatio: 1,
  matchMedia: () => ({ matches: false, addEventListener: nothing, removeEventListener: nothing }),
  getComputedStyle: () => ({
    fontFamily: 'sans-serif',
    getPropertyValue: (name: string) => THEME_COLORS[pageLook().theme][name] ?? '',
  }),
  localStorage: {
    getItem: (key: string) => (key.endsWith('time-zone') && pageLook().zone === 'utc' ? 'utc' : null),
    setItem: nothing,
  },
  HTMLElement: BareElement,
  Path2D: SvgPath,
  Date: ZonedDate,
  fetch: askServer,
};

for (const [name, value] of Object.entries(page)) {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}
if (globalThis.navigator === undefined) {
  Object.defineProperty(globalThis, 'navigator', { value: { language: 'en-US' }, configurable: true });
}
