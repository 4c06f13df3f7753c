import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it arrived: what was asked for, by whom. */
interface AwsRequest {
  readonly form: Readonly<Record<string, string>>;
  /** The access key of the signature; '' for a request without one. */
  readonly accessKey: string;
  readonly headers: IncomingHttpHeaders;
}

/** EC2, STS, and the metadata services of machines and containers, over real HTTP. Signatures are not checked. */
export class FakeAws {
  /** Requests for actions, in order. */
  readonly requests: AwsRequest[] = [];
  /** Answers by action, in order; the last one is repeated. */
  readonly answers = new Map<string, (string | { readonly code: string })[]>();
  /** Answers of the metadata services, by path. */
  readonly metadata = new Map<string, string>();
  private readonly server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      if (request.method === 'POST') this.action(Buffer.concat(chunks).toString(), request.headers, response);
      else this.ofMachine(`${request.method} ${path}`, request.headers, response);
    });
  });

  static async start(): Promise<FakeAws> {
    const fake = new FakeAws();
    await new Promise<void>((resolve) => fake.server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  private action(body: string, headers: IncomingHttpHeaders, response: ServerResponse): unknown {
    const form = Object.fromEntries(new URLSearchParams(body));
    const accessKey = /Credential=([^/]+)/.exec(headers.authorization ?? '')?.[1] ?? '';
    this.requests.push({ form, accessKey, headers });
    const answers = this.answers.get(form['Action'] ?? '') ?? [];
    const answer = answers.length > 1 ? answers.shift()! : (answers[0] ?? { code: 'InvalidAction' });
    if (typeof answer === 'string') return response.end(answer);
    const error = `<Error><Code>${answer.code}</Code><Message>no</Message></Error>`;
    return response.writeHead(403).end(`<Response><Errors>${error}</Errors></Response>`);
  }

  private ofMachine(key: string, headers: IncomingHttpHeaders, response: ServerResponse): unknown {
    if (key === 'PUT /latest/api/token') return response.end('session');
    const allowed = headers['x-aws-ec2-metadata-token'] === 'session' || headers.authorization === 'container';
    const answer = this.metadata.get(key.replace('GET ', ''));
    return response.writeHead(allowed && answer !== undefined ? 200 : 404).end(answer ?? '');
  }
}
