import { keepPreviousData, type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { Millis } from '#model/time';
import { alertmanager } from './alertmanager.ts';
import { type Answer, prometheus, type QueryResult, queryInstant, type VectorSample } from './prometheus.ts';
import type { RequestOptions } from './server.ts';

export interface AnswerOptions {
  /** How often to ask again while the page can be seen; false (the default) only when it comes back into focus. */
  readonly every?: Millis | false;
  readonly params?: RequestOptions['params'];
  readonly enabled?: boolean;
}

/** A path below /api/v1, kept up to date. The last answer stays while the next is on its way or fails. */
export function usePrometheus<T>(path: string, options: AnswerOptions = {}): UseQueryResult<Answer<T>> {
  const { every = false, params = {}, enabled = true } = options;
  return useQuery({
    queryKey: ['prometheus', path, params],
    queryFn: ({ signal }) => prometheus<T>(path, { params, signal }),
    refetchInterval: every,
    placeholderData: keepPreviousData,
    enabled,
  });
}

/** A path below /api/v2, kept up to date. */
export function useAlertmanager<T>(path: string, options: AnswerOptions = {}): UseQueryResult<T> {
  const { every = false, params = {}, enabled = true } = options;
  return useQuery({
    queryKey: ['alertmanager', path, params],
    queryFn: ({ signal }) => alertmanager<T>(path, { params, signal }),
    refetchInterval: every,
    placeholderData: keepPreviousData,
    enabled,
  });
}

export interface VectorOptions extends AnswerOptions {
  /** How often to ask while the answer is empty: for what appears with the first scrape. */
  readonly everyWhileEmpty?: Millis;
}

/** The vector of an instant query at the time of asking, kept up to date. Anything but a vector counts as empty. */
export function useVector(query: string, options: VectorOptions = {}): UseQueryResult<readonly VectorSample[]> {
  const { every = false, everyWhileEmpty = every, enabled = true } = options;
  return useQuery({
    queryKey: ['vector', query],
    queryFn: async ({ signal }) => vectorOf((await queryInstant({ query }, signal)).data),
    refetchInterval: ({ state }) => ((state.data?.length ?? 0) === 0 ? everyWhileEmpty : every),
    placeholderData: keepPreviousData,
    enabled,
  });
}

function vectorOf(data: QueryResult): readonly VectorSample[] {
  return data.resultType === 'vector' ? data.result : [];
}
