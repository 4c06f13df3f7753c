import { type ComponentType, lazy, Suspense } from 'react';
import { Route, Router, Switch } from 'wouter';
import { PREFIX } from './api/server.ts';
import { Layout } from './layout/layout.tsx';
import { NotFound } from './layout/not-found.tsx';
import { PageBoundary } from './layout/page-boundary.tsx';
import { Redirect } from './layout/redirect.tsx';
import type { PageProps } from './pages/page-props.ts';
import { PAGES, REDIRECTS } from './pages/registry.ts';
import { LoadingLine } from './parts/states.tsx';

interface LoadedPage {
  readonly path: string;
  readonly title: string;
  readonly headed: boolean;
  readonly Page: ComponentType<PageProps>;
}

const LOADED: readonly LoadedPage[] = PAGES.map(({ path, title, headed = false, load }) => ({
  path,
  title,
  headed,
  Page: lazy(async () => ({ default: await load() })),
}));

/** The whole program of the page: which path shows what, inside the layout. */
export function App() {
  return (
    <Router base={PREFIX}>
      <Layout>
        <Suspense fallback={<LoadingLine active />}>
          <Switch>
            {LOADED.map(({ path, title, headed, Page }) => (
              <Route key={path} path={path}>
                {(params) => (
                  <PageBoundary key={path} title={title} headed={headed}>
                    <Page params={params as PageProps['params']} />
                  </PageBoundary>
                )}
              </Route>
            ))}
            {Object.entries(REDIRECTS).map(([from, to]) => (
              <Route key={from} path={from}>
                <Redirect to={to} />
              </Route>
            ))}
            <Route>
              <NotFound />
            </Route>
          </Switch>
        </Suspense>
      </Layout>
    </Router>
  );
}
