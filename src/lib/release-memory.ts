import { MessageChannel, type MessagePort } from 'node:worker_threads';

/** What is smaller is left to the garbage collector. */
const MIN_BYTES = 1 << 16;

/** What is transferred to it is dropped: nobody listens at the other end. */
let sink: MessagePort | undefined;

/**
 * Gives back the memory of bytes that are not looked at any more, if it is much and theirs alone; they are empty then.
 * Otherwise the engine collects its whole heap whenever a few answers of megabytes have come from other threads.
 */
export function releaseMemory({ buffer, byteLength }: Uint8Array): void {
  if (byteLength < MIN_BYTES || byteLength !== buffer.byteLength || !(buffer instanceof ArrayBuffer)) return;
  sink ??= closedPort();
  sink.postMessage(null, [buffer]);
}

function closedPort(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  return port1;
}
