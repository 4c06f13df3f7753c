import { Link, useLocation } from 'wouter';

const PAGES = [
  ['/alerts', 'Alerts', 'alerts-link'],
  ['/silences', 'Silences', 'silences-link'],
  ['/alerts/notifications', 'Notifications', 'notifications-link'],
  ['/alerts/routing', 'Routing', 'routing-link'],
  ['/alerts/receivers', 'Receivers', 'receivers-link'],
  ['/alerts/preview', 'Preview', 'preview-link'],
] as const;

/** The pages about alerts, side by side. */
export function AlertingNav() {
  const [location] = useLocation();
  // One alert is reached from the list of them.
  const path = location === '/alerts/why' ? '/alerts' : location;
  return (
    <nav className="segments alerting-nav" aria-label="Alerting">
      {PAGES.map(([href, title, testId]) => (
        <Link
          key={href}
          href={href}
          className="segment"
          aria-current={path === href ? 'page' : undefined}
          data-testid={testId}
        >
          {title}
        </Link>
      ))}
    </nav>
  );
}
