import { useEffect } from 'react';
import { useLocation } from 'wouter';
import type { PageProps } from './page-props.ts';

/** A panel alone in the window, for other pages to embed: Grafana's address leads to that of the dashboard. */
export function SoloPanelPage({ params }: PageProps) {
  const uid = params['uid'] ?? '';
  const [, navigate] = useLocation();
  useEffect(() => {
    const search = new URLSearchParams(window.location.search);
    search.set('viewPanel', search.get('panelId') ?? '');
    search.delete('panelId');
    search.set('kiosk', 'panel');
    navigate(`/d/${encodeURIComponent(uid)}?${search}`, { replace: true });
  }, [navigate, uid]);
  return null;
}
