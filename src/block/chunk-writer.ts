import { crc32c } from '#lib/crc32c';
import { FileWriter, pathIn } from '#lib/fs';
import { ByteWriter } from '#lib/varint';
import {
  CHUNKS_HEADER_BYTES,
  CHUNKS_MAGIC,
  CHUNKS_VERSION,
  type ChunkAddress,
  chunkAddress,
  SEGMENT_MAX_BYTES,
  segmentFile,
} from './format.ts';

/** Writes the chunk files of a block, one after the other, each up to 512 MiB. */
export class ChunkWriter {
  private readonly dir: string;
  private readonly out = new ByteWriter(4096);
  private segment = -1;
  private file: FileWriter | null = null;

  /** The directory must exist and be empty. */
  constructor(dir: string) {
    this.dir = dir;
  }

  /** Appends a chunk (with the sample count in front) and says where it stands. */
  write(encoding: number, data: Uint8Array): ChunkAddress {
    const { out } = this;
    out.clear();
    out.uvarint(data.length);
    const from = out.length;
    out.u8(encoding);
    out.write(data);
    out.u32(crc32c(out.bytes, { from }));
    const file = this.fileFor(out.length);
    const address = chunkAddress(this.segment, file.position);
    file.write(out.bytes);
    return address;
  }

  /** Brings everything onto the disk. */
  close(): void {
    this.file?.close();
    this.file = null;
  }

  private fileFor(bytes: number): FileWriter {
    if (this.file && this.file.position + bytes <= SEGMENT_MAX_BYTES) return this.file;
    this.file?.close();
    this.segment++;
    this.file = new FileWriter(pathIn(this.dir, segmentFile(this.segment)));
    const header = new ByteWriter(CHUNKS_HEADER_BYTES);
    header.u32(CHUNKS_MAGIC);
    header.u8(CHUNKS_VERSION);
    header.pad(CHUNKS_HEADER_BYTES);
    this.file.write(header.bytes);
    return this.file;
  }
}
