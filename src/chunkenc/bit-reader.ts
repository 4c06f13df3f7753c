import { malformedChunk } from './malformed.ts';

/** Reads what BitWriter writes. Throws `corrupt-data` at the end of the bytes. One reader serves many chunks. */
export class BitReader {
  private bytes: Uint8Array = new Uint8Array(0);
  private at = 0;
  private end = 0;
  private name = 'chunk';

  /** Begins at a byte of `bytes`; `name` says in errors what they are. */
  begin(name: string, bytes: Uint8Array, from: number): void {
    if (bytes.length < from) throw malformedChunk(name, 'its header is cut off');
    this.name = name;
    this.bytes = bytes;
    this.at = from * 8;
    this.end = bytes.length * 8;
  }

  bit(): number {
    if (this.at >= this.end) throw this.malformed('it ends too early');
    const { at } = this;
    this.at = at + 1;
    return (this.bytes[at >>> 3]! >>> (7 - (at & 7))) & 1;
  }

  /** At most 32 bits. */
  bits(count: number): number {
    if (this.at + count > this.end) throw this.malformed('it ends too early');
    let value = 0;
    for (let left = count; left > 0; ) {
      const room = 8 - (this.at & 7);
      const taken = Math.min(room, left);
      const part = (this.bytes[this.at >>> 3]! >>> (room - taken)) & ((1 << taken) - 1);
      // Above 24 bits a shift would lose the highest ones.
      value = taken === 8 ? (value << 8) | part : (value << taken) | part;
      this.at += taken;
      left -= taken;
    }
    return value >>> 0;
  }

  malformed(reason: string): Error {
    return malformedChunk(this.name, reason);
  }
}
