import './theme/theme.css';
import './theme/controls.css';
import './theme/layout.css';
import './theme/lists.css';
import './theme/alerting.css';
import './theme/charts.css';
import './theme/home.css';
import './theme/query.css';
import './theme/queries.css';
import './theme/status.css';
import './theme/relabel.css';
import './theme/overlays.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './router.tsx';
import { showZone } from './state/preferences.ts';
import { applyStoredTheme } from './state/theme.ts';

applyStoredTheme();
showZone(null);

const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
