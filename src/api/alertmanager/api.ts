import { type Context, Hono } from 'hono';
import type { Alertmanager } from '#alertmanager/alertmanager';
import { type MatcherMode, parseMatcher } from '#alertmanager/matcher-syntax';
import { patternError } from '#alertmanager/pattern-error';
import type { AlertFilter, AlertGroupView, AlertView, SilenceView } from '#alertmanager/view';
import { BarographError, errorMessage } from '#lib/errors';
import type { PlainHandler } from '#lib/http-exchange';
import { isoTime } from '#lib/iso-time';
import { responseOf } from '#lib/whole-response';
import { createMatcher, type Matcher } from '#model/matcher';
import { refuseOtherMethods } from '../methods.ts';
import { addPlainRoutes, type PlainRoute, plainRequest } from '../plain-request.ts';
import { jsonReply, plainJsonReply } from '../reply.ts';
import { readAlerts, readSilence } from './body.ts';
import { listReply } from './list-reply.ts';
import { emptyReply, handlerFailure, NOT_KEPT, problemReply, replyToJson } from './replies.ts';

/** What the API asks, and how it introduces itself. */
export interface AlertmanagerApiOptions {
  readonly alertmanager: () => Alertmanager;
  readonly version: string;
  readonly revision: string;
  readonly routes: readonly PlainRoute[];
}

/** What rule servers ask all the time; `handlerFailure` replies to what it throws. */
export function alertmanagerRoutes(alertmanager: () => Alertmanager): readonly PlainRoute[] {
  const run: PlainHandler = (request) =>
    replyToJson(request, readAlerts, async (posted) => {
      await alertmanager().receive(posted);
      return emptyReply(200);
    });
  return [{ methods: ['POST'], path: '/alerts', run }];
}

/** Alertmanager's API v2 (api/v2/openapi.yaml), for amtool, Karma and Grafana. Mounted at /api/v2. */
export function alertmanagerApi({ alertmanager, version, revision, routes }: AlertmanagerApiOptions): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(NOT_KEPT)) c.res.headers.set(name, value);
  });
  app.onError((error) => responseOf(handlerFailure(error)));

  app.get('/status', () => {
    const { startedAt, configYaml, cluster } = alertmanager().status();
    return jsonReply({
      cluster: cluster ?? { peers: [], status: 'disabled' },
      config: { original: configYaml },
      uptime: isoTime(startedAt),
      versionInfo: { branch: '', buildDate: '', buildUser: '', goVersion: '', revision, version },
    });
  });
  app.get('/receivers', (c) => {
    const matchers = receiverMatchers(c, alertmanager().matcherMode);
    const wanted = alertmanager()
      .receivers()
      .filter(({ labels }) => matchers.every((matcher) => matcher.matches(labels[matcher.name] ?? '')));
    return jsonReply(wanted.map(({ name, labels }) => ({ labels, name })));
  });
  app.get('/alerts', (c) =>
    listReply(c, alertmanager().alertSlices(alertFilter(c, alertmanager().matcherMode)), alertJson),
  );
  app.get('/alerts/groups', (c) =>
    listReply(c, alertmanager().groupSlices(alertFilter(c, alertmanager().matcherMode)), groupJson),
  );
  app.get('/silences', (c) => {
    const matchers = filters(c, alertmanager().matcherMode);
    const flags = { active: flag(c, 'active'), expired: flag(c, 'expired'), pending: flag(c, 'pending') };
    return jsonReply(
      alertmanager()
        .silences({ ...flags, matchers })
        .map(silenceJson),
    );
  });
  app.post('/silences', async (c) => {
    const reply = await replyToJson(plainRequest(c), readSilence, async (posted) => {
      return plainJsonReply({ silenceID: await alertmanager().setSilence(posted) });
    });
    return responseOf(reply);
  });
  app.get('/silence/:silenceID', (c) => {
    const id = c.req.param('silenceID');
    if (!UUID.test(id)) return notUuid(id);
    const silence = alertmanager().silence(id);
    return silence ? jsonReply(silenceJson(silence)) : new Response(null, { status: 404 });
  });
  app.delete('/silence/:silenceID', async (c) => {
    const id = c.req.param('silenceID');
    if (!UUID.test(id)) return notUuid(id);
    if (!alertmanager().silence(id)) return new Response(null, { status: 404 });
    await alertmanager().expireSilence(id);
    return new Response(null, { status: 200 });
  });
  addPlainRoutes(app, routes);
  refuseOtherMethods(app, otherMethod);
  app.all('/*', (c) => problem(404, 404, `path ${c.req.path} was not found`));
  return app;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function problem(status: number, code: number, message: string): Response {
  return responseOf(problemReply(status, code, message));
}

function notUuid(id: string): Response {
  return problem(422, 601, `silenceID in path must be of type uuid: ${JSON.stringify(id)}`);
}

function otherMethod(method: string, allowed: readonly string[]): Response {
  const methods = allowed.join(',');
  const response = problem(405, 405, `method ${method} is not allowed, but [${methods}] are`);
  response.headers.set('Allow', methods);
  return response;
}

/** Alertmanager takes anything but a true value as false. */
function flag(c: Context, name: string): boolean {
  const text = c.req.query(name);
  return text === undefined || text === '' || /^(1|t|true)$/i.test(text);
}

/** The `filter` parameters: each is one matcher. */
function filters(c: Context, mode: MatcherMode): Matcher[] {
  return (c.req.queries('filter') ?? []).map((text) => matcherOf(text, mode));
}

function matcherOf(text: string, mode: MatcherMode): Matcher {
  const spec = parseMatcher(text, mode);
  try {
    return createMatcher(spec);
  } catch (error) {
    throw new BarographError(patternError(error, spec.value), { kind: 'bad-request', code: 'bad-matcher' });
  }
}

/** The `receiver_matchers` parameters, of the labels of receivers. */
function receiverMatchers(c: Context, mode: MatcherMode): Matcher[] {
  try {
    return (c.req.queries('receiver_matchers') ?? []).map((text) => matcherOf(text, mode));
  } catch (error) {
    const message = `failed to parse receiver_matchers param: ${errorMessage(error)}`;
    throw new BarographError(message, { kind: 'bad-request', code: 'bad-matcher' });
  }
}

function alertFilter(c: Context, mode: MatcherMode): AlertFilter {
  const receiver = c.req.query('receiver');
  return {
    active: flag(c, 'active'),
    silenced: flag(c, 'silenced'),
    inhibited: flag(c, 'inhibited'),
    unprocessed: flag(c, 'unprocessed'),
    muted: flag(c, 'muted'),
    matchers: filters(c, mode),
    receiverMatchers: receiverMatchers(c, mode),
    ...(receiver ? { receiver } : {}),
  };
}

function alertJson(alert: AlertView): object {
  const { annotations, endsAt, fingerprint, receivers, startsAt, status, updatedAt, generatorURL, labels } = alert;
  return {
    annotations,
    endsAt: isoTime(endsAt),
    fingerprint,
    receivers: receivers.map((name) => ({ name })),
    startsAt: isoTime(startsAt),
    status,
    updatedAt: isoTime(updatedAt),
    ...(generatorURL === '' ? {} : { generatorURL }),
    labels,
  };
}

function groupJson({ alerts, labels, receiver, routeLabels }: AlertGroupView): object {
  return { alerts: alerts.map(alertJson), labels, receiver: { name: receiver }, routeLabels };
}

function silenceJson(silence: SilenceView): object {
  const { id, state, updatedAt, comment, createdBy, endsAt, matchers, startsAt, annotations } = silence;
  return {
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    id,
    status: { state },
    updatedAt: isoTime(updatedAt),
    comment,
    createdBy,
    endsAt: isoTime(endsAt),
    matchers: matchers.map(({ name, operator, value }) => ({
      isEqual: operator === '=' || operator === '=~',
      isRegex: operator === '=~' || operator === '!~',
      name,
      value,
    })),
    startsAt: isoTime(startsAt),
  };
}
