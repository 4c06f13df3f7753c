import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a fake target answers. A text is a page in the text format. */
export type Answer = string | ((request: IncomingMessage, response: ServerResponse) => void);

/** A real HTTP server on a free port of the loopback interface that answers as a test wants. */
export class FakeTarget {
  /** Headers of every request so far. */
  readonly requests: IncomingHttpHeaders[] = [];
  private answer: Answer;
  private readonly server;

  private constructor(answer: Answer) {
    this.answer = answer;
    const listener: RequestListener = (request, response) => {
      this.requests.push(request.headers);
      if (typeof this.answer !== 'string') return this.answer(request, response);
      response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8');
      response.end(this.answer);
    };
    this.server = createServer(listener);
  }

  static async start(answer: Answer): Promise<FakeTarget> {
    const target = new FakeTarget(answer);
    await new Promise<void>((resolve) => target.server.listen(0, '127.0.0.1', resolve));
    return target;
  }

  /** From the next request on. */
  answers(answer: Answer): void {
    this.answer = answer;
  }

  /** host:port. */
  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `http://${this.address}/metrics`;
  }

  /** Cuts all connections and stops listening. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }
}
