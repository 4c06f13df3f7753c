import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** What becomes of a request. `lost`: it arrives, but the sender is told that it did not. */
type Fate = 'forwarded' | 'refused' | 'lost';

/** A proxy between senders and a receiver that fails as networks and load balancers do. */
export interface FlakyProxy {
  readonly url: string;
  /** How many requests met each fate. */
  readonly fates: Readonly<Record<Fate, number>>;
  /** What the receiver answered, by status; 0 when it could not be reached. */
  readonly answers: ReadonlyMap<number, number>;
  close(): Promise<void>;
}

/** Of six requests one is refused with 503, and one is forwarded and then answered with 503: it will come again. */
const FATES: readonly Fate[] = ['forwarded', 'forwarded', 'refused', 'forwarded', 'forwarded', 'lost'];

/** Starts a proxy for the receiver on a port of this machine. When the receiver is away, senders get 502. */
export async function startFlakyProxy(receiver: number): Promise<FlakyProxy> {
  const fates = { forwarded: 0, refused: 0, lost: 0 };
  const answers = new Map<number, number>();
  let requests = 0;
  const server = createServer((incoming, response) => {
    const fate = FATES[requests++ % FATES.length]!;
    fates[fate]++;
    void answer(incoming, response, fate);
  });

  async function answer(incoming: IncomingMessage, response: ServerResponse, fate: Fate): Promise<void> {
    const body = await buffer(incoming);
    if (fate === 'refused') return void response.writeHead(503).end('refused by the proxy');
    const { status, text } = await forward(incoming, body);
    answers.set(status, (answers.get(status) ?? 0) + 1);
    if (fate === 'lost') response.writeHead(503).end('lost by the proxy');
    else response.writeHead(status || 502).end(text);
  }

  function forward({ url, method, headers }: IncomingMessage, body: Buffer): Promise<{ status: number; text: string }> {
    return new Promise((done) => {
      const away = () => done({ status: 0, text: 'the receiver is away' });
      const onward = request({ host: '127.0.0.1', port: receiver, path: url, method, headers }, (reply) => {
        buffer(reply).then((text) => done({ status: reply.statusCode ?? 0, text: text.toString() }), away);
      });
      onward.on('error', away);
      onward.end(body);
    });
  }

  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    fates,
    answers,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
