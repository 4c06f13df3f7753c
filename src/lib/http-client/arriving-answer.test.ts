import { describe, expect, it } from 'vitest';
import { ArrivingAnswer } from './arriving-answer.ts';

/** What becomes of an answer that arrives in these pieces. */
function read(pieces: readonly string[]): string {
  const answer = new ArrivingAnswer();
  let progress = 'more';
  for (const piece of pieces) {
    if (progress !== 'more') return `${progress} too early`;
    // Each piece lies where the one before did, as on a connection.
    place.write(piece, 'latin1');
    progress = answer.take(place.subarray(0, piece.length));
  }
  if (progress === 'more') return answer.endsHere() ? `until close: ${body(answer)}` : 'more';
  if (progress === 'malformed') return 'malformed';
  const { status, isKept } = answer.head!;
  const said = `${status} ${body(answer)}${isKept ? '' : ' close'}${answer.hasMore ? ' and more' : ''}`;
  answer.release();
  return said;
}

const place = Buffer.alloc(1 << 20);
const body = (answer: ArrivingAnswer) => JSON.stringify(Buffer.from(answer.body()).toString('latin1'));
const head = (...lines: readonly string[]) => `${['HTTP/1.1 200 OK', ...lines].join('\r\n')}\r\n\r\n`;

const CHUNKED = `${head('Transfer-Encoding: chunked', 'content-type: text/plain')}4\r\na 1\n\r\nA;x="1\r\nb 22222222\n\r\n0\r\n\r\n`;
const WHOLE: readonly (readonly [what: string, text: string, said: string])[] = [
  ['a length', `${head('Content-Length: 4')}a 1\n`, '200 "a 1\\n"'],
  ['no body at all', head('content-length:0'), '200 ""'],
  ['no content', 'HTTP/1.1 204 No Content\r\n\r\n', '204 ""'],
  ['chunks', CHUNKED.replace('A;x="1', 'b'), '200 "a 1\\nb 22222222\\n"'],
  ['extensions of chunks', CHUNKED.replace('A;x="1', 'B ;x="1;2"'), '200 "a 1\\nb 22222222\\n"'],
  ['trailers', `${head('transfer-encoding: Chunked')}1\r\nx\r\n0\r\nA: b\r\nC: d\r\n\r\n`, '200 "x"'],
  ['no chunk', `${head('transfer-encoding: chunked')}0\r\n\r\n`, '200 ""'],
  [
    'informational answers before it',
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${head('content-length: 1')}x`,
    '200 "x"',
  ],
  ['HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx', '200 "x" close'],
  ['an end of the connection', `${head('content-length: 1', 'Connection: Close')}x`, '200 "x" close'],
  ['no reason', 'HTTP/1.1 200\r\ncontent-length: 1\r\n\r\nx', '200 "x"'],
  ['an error', 'HTTP/1.1 503 Service Unavailable\r\ncontent-length: 2\r\n\r\nno', '503 "no"'],
  ['no length', `${head()}a 1\n`, 'until close: "a 1\\n"'],
];

describe('an answer', () => {
  it.each(WHOLE)('with %s is read', (_, text, said) => {
    expect(read([text])).toBe(said);
  });

  it.each(WHOLE)('with %s is read however it is cut in two or three', (_, text, said) => {
    for (let i = 1; i < text.length; i++) {
      expect(read([text.slice(0, i), text.slice(i)])).toBe(said);
      const j = i + Math.ceil((text.length - i) / 2);
      if (j < text.length) expect(read([text.slice(0, i), text.slice(i, j), text.slice(j)])).toBe(said);
    }
  });

  it.each(WHOLE)('with %s is read byte by byte', (_, text, said) => {
    expect(read([...text])).toBe(said);
  });

  it('has a body of which a slice is a copy, which the next answer leaves alone', () => {
    const answer = new ArrivingAnswer();
    for (const text of [head('content-length: 4'), 'a 1\n'])
      answer.take(place.subarray(0, place.write(text, 'latin1')));
    const copy = answer.body().slice();
    answer.release();
    read([head('content-length: 4'), 'b 2\n']);
    expect(Buffer.from(copy).toString()).toBe('a 1\n');
  });

  it('may be long, in one chunk or in many', () => {
    const line = 'metric{label="value"} 1\n';
    const long = line.repeat(20_000);
    const pieces = (text: string) =>
      Array.from({ length: Math.ceil(text.length / 60_000) }, (_, i) => text.slice(i * 60_000, (i + 1) * 60_000));
    const said = `200 ${JSON.stringify(long)}`;
    expect(read(pieces(`${head(`content-length: ${long.length}`)}${long}`))).toBe(said);
    const one = `${long.length.toString(16)}\r\n${long}\r\n0\r\n\r\n`;
    expect(read(pieces(head('transfer-encoding: chunked') + one))).toBe(said);
    const many = `${`18\r\n${line}\r\n`.repeat(20_000)}0\r\n\r\n`;
    expect(read(pieces(head('transfer-encoding: chunked') + many))).toBe(said);
  });

  it('tells that something follows it', () => {
    expect(read([`${head('content-length: 1')}xHTTP/1.1 200 OK\r\n`])).toBe('200 "x" and more');
    expect(read([`${head('transfer-encoding: chunked')}1\r\nx\r\n0\r\n\r\ny`])).toBe('200 "x" and more');
  });

  it.each([
    ['another protocol', 'SSH-2.0-x\r\n\r\n'],
    ['another protocol that waits for an answer', 'SSH-2.0-x\n'],
    ['another version', 'HTTP/2.0 200 OK\r\n\r\n'],
    ['no status', 'HTTP/1.1 OK\r\n\r\n'],
    ['another protocol from here on', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
    ['a header without name', head(': x')],
    ['a header that goes on in the next line', head('a: b', ' c')],
    ['a blank before the colon', head('content-length : 1')],
    ['a line feed alone', 'HTTP/1.1 200 OK\ncontent-length: 1\n\r\n\r\nx'],
    ['NUL in a header', head('a: b\0')],
    ['two lengths', head('content-length: 1', 'content-length: 2')],
    ['a length that is none', head('content-length: +1')],
    ['a length that is negative', head('content-length: -1')],
    ['a length beside chunks', head('content-length: 1', 'transfer-encoding: chunked')],
    ['another transfer encoding', head('transfer-encoding: gzip, chunked')],
    ['a chunk without size', `${head('transfer-encoding: chunked')}\r\n`],
    ['a size that is none', `${head('transfer-encoding: chunked')}xyz\r\n`],
    ['a size beyond everything', `${head('transfer-encoding: chunked')}fffffffff\r\n`],
    ['a chunk that is longer than its size', `${head('transfer-encoding: chunked')}1\r\nxy\r\n`],
    ['a line feed alone behind a chunk', `${head('transfer-encoding: chunked')}1\r\nx\n0\r\n\r\n`],
    ['a head without end', `HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(4000)}`],
    ['a long head', head(...Array.from({ length: 4000 }, () => 'a: b'))],
    ['an endless line of a chunk', `${head('transfer-encoding: chunked')}1;${'x'.repeat(3000)}`],
    ['endless trailers', `${head('transfer-encoding: chunked')}0\r\n${'a: b\r\n'.repeat(5000)}`],
    ['endless informational answers', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(2000)],
  ])('with %s is not taken', (_, text) => {
    expect(read([text])).toBe('malformed');
  });
});
