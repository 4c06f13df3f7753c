import { keepPreviousData, type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { Millis } from '#model/time';
import { alertmanager } from './alertmanager.ts';
import { type Answer, prometheus, type QueryResult, queryInstant, type VectorSample } from './prometheus.ts';
import { queryClient } from './query-client.ts';
import type { RequestOptions } from './server.ts';

export interface AnswerOptions {
  /** How often to ask again while the page can be seen; false (the default) only when it comes back into focus. */
  readonly every?: Millis | false;
  readonly params?: RequestOptions['params'];
  readonly enabled?: boolean;
}

export interface PrometheusOptions<T> extends AnswerOptions {
  /** Asks sooner while this holds of the answer, or while there is none: for what is still on its way. */
  readonly soonWhile?: (data: T) => boolean;
}

/** Between two questions about what is still on its way. */
const SOON: Millis = 3000;

/** A path below /api/v1, kept up to date. The last answer stays while the next is on its way or fails. */
export function usePrometheus<T>(path: string, options: PrometheusOptions<T> = {}): UseQueryResult<Answer<T>> {
  const { every = false, params = {}, enabled = true, soonWhile } = options;
  return useQuery(
    {
      queryKey: ['prometheus', path, params],
      queryFn: ({ signal }) => prometheus<T>(path, { params, signal }),
      refetchInterval: ({ state }) =>
        state.data !== undefined && soonWhile?.(state.data.data) === true ? SOON : every,
      placeholderData: keepPreviousData,
      enabled,
    },
    queryClient,
  );
}

/** A path below /api/v2, kept up to date. */
export function useAlertmanager<T>(path: string, options: AnswerOptions = {}): UseQueryResult<T> {
  const { every = false, params = {}, enabled = true } = options;
  return useQuery(
    {
      queryKey: ['alertmanager', path, params],
      queryFn: ({ signal }) => alertmanager<T>(path, { params, signal }),
      refetchInterval: every,
      placeholderData: keepPreviousData,
      enabled,
    },
    queryClient,
  );
}

/** The vector of an instant query at the time of asking, kept up to date. Anything but a vector counts as empty. */
export function useVector(query: string, options: AnswerOptions = {}): UseQueryResult<readonly VectorSample[]> {
  const { every = false, enabled = true } = options;
  return useQuery(
    {
      queryKey: ['vector', query],
      queryFn: async ({ signal }) => vectorOf((await queryInstant({ query }, signal)).data),
      refetchInterval: every,
      placeholderData: keepPreviousData,
      enabled,
    },
    queryClient,
  );
}

function vectorOf(data: QueryResult): readonly VectorSample[] {
  return data.resultType === 'vector' ? data.result : [];
}
