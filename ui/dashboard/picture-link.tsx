import { pictureUrl } from './picture-url.ts';

interface PictureLinkProps {
  /** Of the dashboard. */
  readonly uid: string;
  /** Of the panel. */
  readonly panel: string;
  readonly title: string;
  /** The panel as it stands on the page. */
  readonly shown: HTMLElement | null;
}

/** Saves a picture of a panel as it is shown now. */
export function PictureLink({ uid, panel, title, shown }: PictureLinkProps) {
  return (
    <a
      className="row"
      data-testid="panel-picture"
      href={pictureUrl(uid, panel, shown)}
      download={`${title || 'panel'}.png`}
    >
      Save as PNG
    </a>
  );
}
