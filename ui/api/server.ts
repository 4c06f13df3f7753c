/** The path prefix that the server is mounted at: '' or `/prometheus`, without a slash at its end. */
export const PREFIX: string = readPrefix();

function readPrefix(): string {
  // Tests of what imports this file have no page.
  if (typeof document === 'undefined') return '';
  const meta = document.querySelector<HTMLMetaElement>('meta[name="barograph-prefix"]');
  return (meta?.content ?? '').replace(/\/+$/, '');
}

/** Whether this server is an Alertmanager alone, which has nothing to say about metrics. */
export const IS_ALERTMANAGER: boolean =
  typeof document !== 'undefined' &&
  document.querySelector<HTMLMetaElement>('meta[name="barograph-role"]')?.content === 'alertmanager';

interface RequestErrorFields {
  readonly status: number;
  readonly type: string;
  readonly hint: string | null;
  readonly data?: unknown;
}

/** What went wrong with a request, in words for the person at the page. */
export class RequestError extends Error {
  /** The HTTP status; 0 when the server could not be reached. */
  readonly status: number;
  /** Prometheus' errorType (`bad_data`, `execution`, `timeout` …), or empty. */
  readonly type: string;
  /** What the server says can be done; null when it says nothing. */
  readonly hint: string | null;
  /** What came with the error in the answer, as data does without one; undefined when nothing did. */
  readonly data: unknown;

  constructor(message: string, { status, type, hint, data }: RequestErrorFields) {
    super(message);
    this.name = 'RequestError';
    this.status = status;
    this.type = type;
    this.hint = hint;
    this.data = data;
  }
}

export interface RequestOptions {
  readonly signal?: AbortSignal;
  /** Parameters of a GET; the form of a POST. Arrays repeat the key, undefined leaves it out. */
  readonly params?: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Sent as JSON, with POST unless `method` says otherwise. */
  readonly json?: unknown;
  /** A JSON text that is sent as it is, in the same way. */
  readonly body?: string;
}

let hear: (error: RequestError | null) => void = () => undefined;

/** Hears how every request ends from now on: null when this server answered it, else why not. There is one listener. */
export function onAnswers(listener: typeof hear): void {
  hear = listener;
}

/** The type of the error when a proxy in front of this server wants people to sign in (again). */
export const SIGNED_OUT = 'signed_out';

/** Sends a request to this server (`/api/v1/query`) and gives back the answer. Throws RequestError for anything but 2xx. */
export async function request(path: string, options: RequestOptions = {}): Promise<Response> {
  try {
    const response = await send(path, options);
    if (wantsSignIn(path, response)) throw badAnswer(response.status, SIGNED_OUT, 'Your session has ended.');
    if (!response.ok) throw await failure(response);
    hear(null);
    return response;
  } catch (error) {
    if (error instanceof RequestError) hear(error);
    throw error;
  }
}

/** This server has no pages below its API, and asks nobody to sign in. What a data source answers is its own matter. */
function wantsSignIn(path: string, response: Response): boolean {
  if (path.includes('/proxy/')) return false;
  return response.status === 401 || (isPage(response) && (response.ok || response.status === 403));
}

function isPage(response: Response): boolean {
  return (response.headers.get('Content-Type') ?? '').startsWith('text/html');
}

/** The error for an answer that is not what this server answers. */
export function badAnswer(status: number, type = 'bad_answer', message = 'The answer is not JSON.'): RequestError {
  const hint = 'Something answers in place of the server. Sign in again: load the page.';
  return new RequestError(message, { status, type, hint });
}

async function send(
  path: string,
  { signal, params, method, json, body = json === undefined ? undefined : JSON.stringify(json) }: RequestOptions,
): Promise<Response> {
  const form = encodeParams(params ?? {});
  const verb = method ?? (body === undefined ? 'GET' : 'POST');
  const inBody = verb !== 'GET' && body === undefined && form.size > 0;
  const url = `${PREFIX}${path}${!inBody && form.size > 0 ? `?${form}` : ''}`;
  try {
    return await fetch(url, {
      method: verb,
      credentials: 'same-origin',
      ...(signal === undefined ? {} : { signal }),
      ...(body === undefined ? {} : { body, headers: { 'Content-Type': 'application/json' } }),
      ...(inBody ? { body: form } : {}),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new RequestError('The server cannot be reached.', {
      status: 0,
      type: 'unreachable',
      hint: 'Check that it is running and that this browser can reach its address; the page tries again by itself.',
    });
  }
}

function encodeParams(params: NonNullable<RequestOptions['params']>): URLSearchParams {
  const form = new URLSearchParams();
  for (const [key, value] of Object.entries(params)) {
    if (value === undefined) continue;
    for (const one of typeof value === 'object' ? value : [String(value)]) form.append(key, one);
  }
  return form;
}

interface ErrorBody {
  readonly error?: string;
  readonly errorType?: string;
  readonly message?: string;
  readonly hint?: string;
  readonly data?: unknown;
}

async function failure(response: Response): Promise<RequestError> {
  const text = await response.text();
  const body = parsed(text);
  const plain = typeof body === 'string' ? body : (body?.error ?? body?.message);
  const words = isPage(response) ? '' : text.trim().slice(0, 500);
  const message = plain ?? (words || `The server answered ${response.status}.`);
  const fields = typeof body === 'object' ? body : undefined;
  return new RequestError(message, {
    status: response.status,
    type: fields?.errorType ?? '',
    hint: fields?.hint ?? defaultHint(response.status),
    data: fields?.data,
  });
}

function parsed(text: string): ErrorBody | string | undefined {
  try {
    return (JSON.parse(text) as ErrorBody | string | null) ?? undefined;
  } catch {
    return undefined;
  }
}

function defaultHint(status: number): string | null {
  if (status === 502 || status === 504) return 'A proxy in front of the server got no answer from it.';
  if (status === 503) return 'The server is starting, stopping or overloaded; try again in a moment.';
  return null;
}
