import type { RefObject } from 'react';
import { Link } from 'wouter';
import type { Panel } from '#dashboards/dashboard';
import { type LinkContext, resolveLinks } from '#dashboards/links';
import { Popover } from '../parts/popover.tsx';
import { queryUrl } from '../query/query-url.ts';
import { pictureUrl } from './picture-url.ts';

export interface PanelMenuProps {
  readonly anchor: RefObject<HTMLElement | null>;
  readonly close: () => void;
  /** With the variables' values in its texts. */
  readonly panel: Panel;
  /** Of the dashboard. */
  readonly uid: string;
  /** What the dashboard calls this panel; another than its id where it is repeated. */
  readonly panelKey: string;
  /** The panel as it stands on the page. */
  readonly shown: HTMLElement | null;
  readonly viewed: boolean;
  /** The expressions that it asked last. */
  readonly exprs: readonly string[];
  readonly links: LinkContext;
  readonly view: () => void;
  readonly inspect: () => void;
  readonly share: () => void;
  readonly annotate: () => void;
}

/** What can be done with a panel. */
export function PanelMenu(props: PanelMenuProps) {
  const { anchor, close, panel, uid, panelKey, shown, viewed, exprs, links } = props;
  const closing = (run: () => void) => () => {
    close();
    run();
  };
  return (
    <Popover anchor={anchor} close={close} className="panel-menu">
      <button type="button" className="row" data-testid="panel-view" onClick={closing(props.view)}>
        {viewed ? 'Show all panels' : 'View alone'} <kbd>v</kbd>
      </button>
      <button type="button" className="row" data-testid="panel-inspect" onClick={closing(props.inspect)}>
        Inspect data and queries <kbd>i</kbd>
      </button>
      {panel.type === 'timeseries' ? (
        <button
          type="button"
          className="row"
          data-testid="panel-annotate"
          title="On the chart: a click or drag with Ctrl"
          onClick={closing(props.annotate)}
        >
          Annotate
        </button>
      ) : null}
      <button type="button" className="row" data-testid="panel-share" onClick={closing(props.share)}>
        Share <kbd>s</kbd>
      </button>
      <a
        className="row"
        data-testid="panel-picture"
        href={pictureUrl(uid, { key: panelKey, shown })}
        download={`${panel.title || 'panel'}.png`}
      >
        Save as PNG
      </a>
      {panel.targets.length === 0 ? null : (
        <Link className="row" href={queryUrl([...new Set(exprs)], { tab: 'graph' })}>
          Open in Query
        </Link>
      )}
      {resolveLinks(panel.source['links'], links).map(({ title, url, newTab }) => (
        <a
          key={`${title} ${url}`}
          className="row"
          href={url}
          {...(newTab ? { target: '_blank', rel: 'noopener noreferrer' } : {})}
        >
          {title}
        </a>
      ))}
    </Popover>
  );
}
