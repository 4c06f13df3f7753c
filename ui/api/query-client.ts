import { QueryClient } from '@tanstack/react-query';
import { RequestError } from './server.ts';

/**
 * What all pages share of answers. Hooks are given it by name: a provider around all pages would make those wait for it
 * that ask nothing with it.
 */
export const queryClient = new QueryClient({
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

// Without a provider nobody else tells it that the window has the focus again.
queryClient.mount();
