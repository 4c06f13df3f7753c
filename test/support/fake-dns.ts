import { createSocket, type Socket } from 'node:dgram';
import type { AddressInfo } from 'node:net';

/** What a name server knows of one name and type: data of records, or a response code such as 2 for a failure. */
export type FakeZone = Map<string, readonly Buffer[] | number>;

const TYPES: Readonly<Record<number, string>> = { 1: 'A', 2: 'NS', 5: 'CNAME', 15: 'MX', 28: 'AAAA', 33: 'SRV' };
const NO_SUCH_NAME = 3;

/** A name server on a free UDP port of the loopback. What it does not know does not exist. */
export class FakeDns {
  /** `name TYPE` of each question, in order. */
  readonly questions: string[] = [];
  /** By `name TYPE`. */
  readonly zone: FakeZone = new Map();
  private readonly socket: Socket = createSocket('udp4');

  private constructor() {
    this.socket.on('message', (query, from) => {
      this.socket.send(this.answer(query), from.port, from.address);
    });
  }

  static async start(): Promise<FakeDns> {
    const fake = new FakeDns();
    await new Promise<void>((resolve) => fake.socket.bind(0, '127.0.0.1', resolve));
    return fake;
  }

  get address(): string {
    return `127.0.0.1:${(this.socket.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.socket.close(resolve));
  }

  private answer(query: Buffer): Buffer {
    const { name, end } = readName(query, 12);
    const type = query.readUInt16BE(end);
    const key = `${name} ${TYPES[type]}`;
    this.questions.push(key);
    const known = this.zone.get(key) ?? NO_SUCH_NAME;
    const records = typeof known === 'number' ? [] : known;
    const header = Buffer.from(query.subarray(0, 12));
    header.writeUInt16BE(0x8180 | (typeof known === 'number' ? known : 0), 2);
    header.writeUInt16BE(records.length, 6);
    header.writeUInt32BE(0, 8);
    return Buffer.concat([header, query.subarray(12, end + 4), ...records.map((data) => record(type, data))]);
  }
}

/** The data of an address record. */
export function addressData(ip: string): Buffer {
  return Buffer.from(ip.split('.').map(Number));
}

/** The data of an SRV record. */
export function srvData(target: string, port: number): Buffer {
  const numbers = Buffer.alloc(6);
  numbers.writeUInt16BE(port, 4);
  return Buffer.concat([numbers, nameData(target)]);
}

/** The data of an MX record. */
export function mxData(target: string): Buffer {
  return Buffer.concat([Buffer.from([0, 10]), nameData(target)]);
}

/** The data of an NS record. */
export function nameData(name: string): Buffer {
  const parts = name.split('.').map((part) => Buffer.concat([Buffer.from([part.length]), Buffer.from(part)]));
  return Buffer.concat([...parts, Buffer.from([0])]);
}

function record(type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(60, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function readName(message: Buffer, start: number): { readonly name: string; readonly end: number } {
  const parts: string[] = [];
  let at = start;
  for (let length = message[at]!; length > 0; length = message[at]!) {
    parts.push(message.toString('latin1', at + 1, at + 1 + length).toLowerCase());
    at += 1 + length;
  }
  return { name: parts.join('.'), end: at + 1 };
}
