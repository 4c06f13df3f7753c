import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';

/** Bytes of one slot, its newline included. */
const SLOT_BYTES = 1024;
/** The longest text in bytes that a slot takes. */
export const MAX_SLOT_BYTES = SLOT_BYTES - 1;

/**
 * A file of short texts, a line each, that are there while something goes on. What is in it outlives the death of the
 * process, though not that of the machine: nothing is synced, so that a text costs microseconds.
 */
export class SlotFile {
  private readonly path: string;
  private readonly fd: number;
  private readonly free: number[] = [];
  private readonly line = Buffer.alloc(SLOT_BYTES);
  private slots = 0;

  private constructor(path: string) {
    this.path = path;
    this.fd = openSync(path, 'w', 0o640);
  }

  /** Opens the file anew, and gives what was in it. Throws the system's errors. */
  static open(path: string): { readonly file: SlotFile; readonly left: readonly string[] } {
    const left = textOf(path)
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
    return { file: new SlotFile(path), left };
  }

  /** Writes a text of one line and at most MAX_SLOT_BYTES. Gives the slot. Throws the system's errors. */
  put(text: string): number {
    const slot = this.free.pop() ?? this.slots++;
    this.write(slot, text);
    return slot;
  }

  /** Empties a slot. */
  clear(slot: number): void {
    this.write(slot, '');
    this.free.push(slot);
  }

  /** Removes the file: nothing goes on any more. */
  close(): void {
    closeSync(this.fd);
    rmSync(this.path, { force: true });
  }

  private write(slot: number, text: string): void {
    const { line } = this;
    line.fill(0x20, line.write(text));
    line[MAX_SLOT_BYTES] = 0x0a;
    writeSync(this.fd, line, 0, SLOT_BYTES, slot * SLOT_BYTES);
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
