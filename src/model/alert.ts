import type { Labels } from './labels.ts';
import type { Millis } from './time.ts';

/** An alert on its way to notification. Its identity is its labels; it is resolved when `endsAt` ≤ now. */
export interface Alert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAt: Millis;
  readonly endsAt: Millis;
  readonly updatedAt: Millis;
  /** `endsAt` was set by a timeout (resolve_timeout), not by the sender. */
  readonly timeout: boolean;
  readonly generatorURL: string;
}

/** Where alerts go: the Alertmanager in this process, or one elsewhere. Never throws; delivery is its own concern. */
export interface AlertSink {
  put(alerts: readonly Alert[]): void;
  /** Alerts that nobody is told of yet, or never: for a history. A sink without it does not want to know. */
  notePending?(changes: readonly PendingChange[]): void;
}

/** An alert began to be pending, or stopped being so without ever firing. */
export interface PendingChange {
  /** Those with which it would fire. */
  readonly labels: Labels;
  readonly kind: 'pending' | 'inactive';
  /** In words: until when it waits, or why it stopped. */
  readonly detail: string;
}

/**
 * FNV-1a (64 bit) over name, 0xff, value, 0xff of each label in order, as 16 hex digits: what Prometheus' common library
 * calls the fingerprint, and what Alertmanager's API shows.
 */
export function fingerprint(labels: Labels): string {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  const add = (byte: number) => {
    low = (low ^ byte) >>> 0;
    // Multiply by the prime 2^40 + 0x1b3 in 32-bit halves.
    const product = low * 0x1b3;
    high = (Math.imul(high, 0x1b3) + (low << 8) + Math.floor(product / 2 ** 32)) >>> 0;
    low = product % 2 ** 32;
  };
  const encoder = new TextEncoder();
  for (const part of labels.pairs) {
    for (const byte of encoder.encode(part)) add(byte);
    add(0xff);
  }
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}
