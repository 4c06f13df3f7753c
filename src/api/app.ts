import { Hono, type MiddlewareHandler } from 'hono';
import type { Alertmanager } from '#alertmanager/alertmanager';
import type { Clock } from '#lib/clock';
import { errorMessage } from '#lib/errors';
import type { ShortWay } from '#lib/http-exchange';
import type { FetchHandler } from '#lib/http-server';
import type { Log } from '#lib/log';
import type { QueryRunner } from '#promql/job';
import type { QueryActivity } from '#promql/query-activity';
import type { RuleManager } from '#rules/manager';
import { alertmanagerApi, alertmanagerRoutes } from './alertmanager/api.ts';
import { handlerFailure } from './alertmanager/replies.ts';
import { type OnAnswered, observed } from './answered.ts';
import { compressed } from './compressed.ts';
import { type GrafanaSources, grafanaApi } from './grafana/api.ts';
import { type PictureSource, renderApi } from './grafana/render.ts';
import { type LifecycleOptions, lifecycleApi, notReadyReply } from './lifecycle.ts';
import { refuseOtherMethods } from './methods.ts';
import { type MetricsSources, metricsApi } from './metrics.ts';
import type { OwnAnswer } from './page-answers.ts';
import { type PagesOptions, pages } from './pages.ts';
import type { Connection } from './plain-request.ts';
import { type AdminSources, adminApi } from './prometheus/admin.ts';
import { alertingApi } from './prometheus/alerting.ts';
import { alertingReceiversApi } from './prometheus/alerting-receivers.ts';
import { type CardinalitySource, cardinalityApi } from './prometheus/cardinality.ts';
import { type ExemplarSource, exemplarsApi } from './prometheus/exemplars.ts';
import { queriesApi } from './prometheus/queries.ts';
import { queryApi, queryRoutes } from './prometheus/query.ts';
import { queryStreamApi } from './prometheus/query-stream.ts';
import { type RulesApiOptions, rulesApi } from './prometheus/rules.ts';
import { seriesApi } from './prometheus/series.ts';
import { type StatusSources, statusApi } from './prometheus/status.ts';
import { type TargetSources, targetsApi } from './prometheus/targets.ts';
import { type WriteApiOptions, writeApi, writeRoutes } from './prometheus/write.ts';
import { cors, corsPolicy, errorReply, failureReply, jsonReply, textReply } from './reply.ts';
import { routedPath } from './routed-path.ts';
import { closing, shortWay } from './short-way.ts';

/** What the API needs before there is data. */
export interface StartingSources {
  readonly lifecycle: LifecycleOptions;
  readonly pages: PagesOptions;
  readonly log: Log;
  readonly observe: OnAnswered;
}

/** Everything that the API asks. */
export interface ApiSources extends StartingSources {
  readonly version: string;
  /** Of the Alertmanager whose API this is: amtool compares it with its own. */
  readonly alertmanagerVersion: string;
  /** A regular expression for the whole of an Origin: those may read the API. */
  readonly corsOrigin: string;
  readonly clock: Clock;
  readonly queries: QueryRunner;
  readonly activity: QueryActivity;
  readonly rules: Pick<RuleManager, 'groups' | 'alerts'>;
  readonly advice: RulesApiOptions['advice'];
  readonly alertmanagers: Parameters<typeof rulesApi>[0]['alertmanagers'];
  readonly alertmanager: Alertmanager;
  readonly grafana: GrafanaSources;
  readonly pictures: PictureSource;
  readonly targets: TargetSources;
  readonly status: StatusSources;
  readonly write: WriteApiOptions;
  readonly admin: AdminSources;
  readonly exemplars: ExemplarSource;
  readonly cardinality: CardinalitySource;
  readonly metrics: MetricsSources;
}

/** The API: what answers every request, and what answers some of them with less. */
export interface Api {
  readonly fetch: FetchHandler;
  readonly short: ShortWay;
}

/** What is answered while the data is being opened: health, the pages, and 503 for the rest. */
export function createStartingApi(sources: StartingSources): Api {
  const app = basis(sources);
  app.all('/api/*', () => notReadyReply(sources.lifecycle));
  for (const path of ['/metrics', '/metrics/*', '/federate', '/render/*'])
    app.all(path, () => notReadyReply(sources.lifecycle));
  return { fetch: finished(app, sources, null), short: () => null };
}

/** Everything that the server answers, on one port. */
export function createApi(sources: ApiSources): Api {
  const { queries, clock, alertmanager, version } = sources;
  const { prefix } = sources.pages;
  const policy = corsPolicy(sources.corsOrigin);
  const asked = queryRoutes({ queries, clock });
  const written = writeRoutes(sources.write);
  const alerts = alertmanagerRoutes(() => alertmanager);
  const app = basis(sources);
  const own = async (request: Request) => app.fetch(request, { peer: { address: '' } } satisfies Connection);
  // What else is below /api may hold what only this server's own pages are to see.
  for (const path of ['/api/v1/*', '/api/v2/*']) app.use(path, cors(policy));
  app.use('/api/*', compressed);
  app.use('/d/*', compressed);
  app.use('/federate', compressed);
  app.use('/metrics/*', compressed);
  const prometheus = [
    queryApi(asked),
    queryStreamApi({ queries, clock }),
    queriesApi({ queries, clock, activity: sources.activity }),
    seriesApi(queries),
    targetsApi(sources.targets),
    alertingApi({ alertmanager, rules: sources.rules, externalLabels: sources.metrics.externalLabels, clock }),
    alertingReceiversApi(alertmanager),
    rulesApi({ rules: sources.rules, advice: sources.advice, alertmanagers: sources.alertmanagers, prefix }),
    statusApi(sources.status),
    writeApi(written),
    adminApi(sources.admin),
    exemplarsApi(sources.exemplars),
    cardinalityApi(sources.cardinality),
  ];
  for (const part of prometheus) app.route('/api/v1', withErrors(part));
  app.all('/api/v1/*', () => textReply('404 page not found\n', 404));
  app.route(
    '/api/v2',
    alertmanagerApi({
      ...{ alertmanager: () => alertmanager, version: sources.alertmanagerVersion, revision: '' },
      routes: alerts,
    }),
  );
  app.route('/api', refuseOtherMethods(grafanaApi({ ...sources.grafana, clock, version, prefix, own })));
  app.route('/', renderApi({ pictures: sources.pictures, prefix, own }));
  app.all('/api/*', (c) => unknownPath(c.req.path));
  app.route('/', metricsApi(sources.metrics));
  app.get('/version', () => jsonReply(sources.status.build));
  return {
    fetch: finished(app, sources, own),
    short: shortWay(
      [
        ...[...asked, ...written].map((route) => ({ ...route, path: `/api/v1${route.path}`, failed: failureReply })),
        ...alerts.map((route) => ({ ...route, path: `/api/v2${route.path}`, failed: handlerFailure })),
      ],
      { prefix, cors: policy, observe: sources.observe },
    ),
  };
}

/** In Prometheus' words and in those that Grafana's clients read. */
function unknownPath(path: string): Response {
  const message = `path ${path} was not found`;
  return jsonReply({ status: 'error', errorType: 'not_found', error: message, message }, 404);
}

function basis({ lifecycle, pages: { prefix }, observe }: StartingSources): Hono {
  const app = new Hono({ getPath: routedPath(prefix) }).basePath(prefix === '' ? '/' : prefix);
  app.use(observed(observe), closingAfter);
  app.route('/', withErrors(lifecycleApi(lifecycle)));
  return app;
}

function finished(app: Hono, { pages: options, log }: StartingSources, own: OwnAnswer | null): FetchHandler {
  app.route('/', pages(options, own));
  app.notFound(() => textReply('404 page not found\n', 404));
  app.onError((error) => {
    log.error('A request failed unexpectedly', { error });
    return textReply(`${errorMessage(error)}\n`, 500);
  });
  const answer: FetchHandler = (request, peer) => app.fetch(request, { peer } satisfies Connection);
  if (options.prefix === '') return answer;
  return (request, peer) => (isRoot(request) ? redirected(`${options.prefix}/`) : answer(request, peer));
}

// What is above the prefix is not ours, but a person who types only the host means us.
function isRoot({ method, url }: Request): boolean {
  return (method === 'GET' || method === 'HEAD') && new URL(url).pathname === '/';
}

function redirected(path: string): Response {
  return new Response(null, { status: 302, headers: { Location: encodeURI(path) } });
}

const closingAfter: MiddlewareHandler = async (c, next) => {
  await next();
  for (const [name, value] of Object.entries(closing(c.res))) c.res.headers.set(name, value);
};

/** Prometheus' error envelope for whatever a route throws, and its answer to other methods. */
function withErrors(part: Hono): Hono {
  part.onError(errorReply);
  return refuseOtherMethods(part);
}
