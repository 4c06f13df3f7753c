import './page.ts';
import type { CreatePainter } from '#dashboards/picture';
import { type PictureFonts, readFont } from './font.ts';

/**
 * Draws pictures of dashboards where there is no browser: asks as the page does, and draws with the page's own code. The
 * server loads the file that this is bundled into in a thread of its own. uPlot looks for a page when it is loaded, so what
 * draws is imported when `page.ts` has run, whatever chunks the bundle has.
 */
export const createPainter: CreatePainter = ({ fonts, ask, now }) => {
  const faces: PictureFonts = {
    ...{ regular: readFont(fonts.regular), bold: readFont(fonts.bold), mono: readFont(fonts.mono) },
  };
  return {
    async paint(request) {
      const { paintPicture } = await import('./paint-dashboard.ts');
      return paintPicture(request, { fonts: faces, ask, now });
    },
  };
};
