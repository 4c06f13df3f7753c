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
export function fingerprint({ pairs }: Labels): string {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (const part of pairs) {
    // Each character of it is a byte.
    const text = byteText(part);
    for (let i = 0; i <= text.length; i++) {
      low ^= i < text.length ? text.charCodeAt(i) : 0xff;
      // Multiplies by the prime, 2^40 + 0x1b3, in parts that stay below 2^32.
      const first = (low & 0xffff) * 0x1b3;
      const second = (low >>> 16) * 0x1b3 + (first >>> 16);
      high = (Math.imul(high, 0x1b3) + (low << 8) + (second >>> 16)) | 0;
      low = (second << 16) | (first & 0xffff);
    }
  }
  return hex(high) + hex(low);
}

const BEYOND_ASCII = /[^\0-\x7f]/;

function byteText(text: string): string {
  if (!BEYOND_ASCII.test(text)) return text;
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

// `toString(16)` takes a slow way for numbers of 32 bits.
function hex(half: number): string {
  return HEX[half >>> 24]! + HEX[(half >>> 16) & 0xff]! + HEX[(half >>> 8) & 0xff]! + HEX[half & 0xff]!;
}
