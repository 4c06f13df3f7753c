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
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RequestError } from './api/server.ts';
import { App } from './router.tsx';
import { applyStoredTheme } from './state/theme.ts';

applyStoredTheme();

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // A server that restarts is back in seconds; what it refuses it refuses again.
      retry: (count, error) =>
        count < 2 && error instanceof RequestError && (error.status === 0 || error.status === 503),
      retryDelay: 700,
      staleTime: 2000,
      networkMode: 'always',
    },
  },
});

const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <App />
      </QueryClientProvider>
    </StrictMode>,
  );
}
