/**
 * How the head lies in its arena. Words are 4 bytes; an address is a byte offset. Everything that one record refers to is
 * complete before the record is published, so readers need no locks.
 *
 * Root words: */
/** Number of the last commit that readers may see. */
export const ROOT_SEQ = 0;
/** Address of the directory of series pages. */
export const ROOT_SERIES = 1;
/** Highest series id; ids count from 1. */
export const ROOT_SERIES_COUNT = 2;
/** Address of the hash table of label pairs. */
export const ROOT_PAIRS = 3;
/** Address of the hash table of symbols. */
export const ROOT_SYMBOLS = 4;
/** Address of the first label name's record. */
export const ROOT_NAMES = 5;
export const ROOT_PAIR_COUNT = 6;
export const ROOT_CHUNK_COUNT = 7;
/** Address of the directory of late samples (late/late-layout.ts); 0 = there are none. */
export const ROOT_LATE = 8;
/** Address of the rows that the writer's kernel is appending (kernels/head.ts); 0 = there is none. Of no use to readers. */
export const ROOT_ROWS = 9;

/** Series records stand in pages, the pages' addresses in a directory of fixed size. */
export const SERIES_PAGE_SHIFT = 10;
export const SERIES_PER_PAGE = 1 << SERIES_PAGE_SHIFT;
export const SERIES_PAGES = 1 << 15;
export const SERIES_BYTES = 64;

/**
 * A series, 16 words, one cache line. Words 0-8 are the writer's: the state of the open chunk's encoder. Words 10-15 are
 * two versions of (commit number, newest chunk, its sample count): a commit overwrites the older one, so that a reader
 * who began before it finds the other.
 */
export const SERIES_LAST_LOW = 2;
export const SERIES_LAST_HIGH = 3;
/** In float64 indexes: time of the last sample, and the time at which a new chunk begins. */
export const SERIES_LAST_T_F64 = 0;
export const SERIES_NEXT_AT_F64 = 2;
export const SERIES_DELTA = 6;
/** Address of the byte that is being filled. */
export const SERIES_WRITE_AT = 7;
/**
 * Free bits of that byte, then leading and trailing zeros of the last XOR, then of how many segments the chunk is: a byte
 * each. 0 segments: that is not known; always so for chunks of records.
 */
export const SERIES_BITS = 8;
export const SERIES_SEGMENTS_SHIFT = 24;
/** Address of the labels: a count, then addresses of label pairs in label order. */
export const SERIES_LABELS = 9;
export const SERIES_VERSION_A = 10;
export const SERIES_VERSION_B = 13;
export const VERSION_SEQ = 0;
export const VERSION_CHUNK = 1;
export const VERSION_COUNT = 2;

/**
 * A chunk is a chain of segments of 64 bytes; the last word of each is the address of the next. The first begins with a
 * header. The data are those of an XOR chunk without the two bytes of the sample count, or, where samples are histograms
 * or have start times, records (chunkenc/sample-record.ts). Nothing ever moves.
 */
export const SEGMENT_BYTES = 64;
/** Offset of the word that leads to the next segment: data end here. */
export const SEGMENT_NEXT = 60;
/** Address of the chunk before it in time. */
export const CHUNK_PREVIOUS = 0;
/** Number of samples; 0 while the chunk is open. */
export const CHUNK_COUNT = 1;
/** In float64 indexes. The maximum is set when the chunk is sealed. */
export const CHUNK_MIN_T_F64 = 1;
export const CHUNK_MAX_T_F64 = 2;
/** Bytes of data: in full segments while the chunk is open, of all once it is sealed. The highest bits are the kind. */
export const CHUNK_BYTES = 6;
export const CHUNK_BYTES_MASK = 0x0fffffff;
export const CHUNK_KIND_SHIFT = 28;
export const CHUNK_OF_XOR = 0;
export const CHUNK_OF_RECORDS = 1;
/** Offset of the first byte of data. */
export const CHUNK_DATA = 28;

/** A label pair, 8 words. Its postings are the first id, then a chain of blocks (next, capacity, ids…). */
export const PAIR_NAME = 0;
export const PAIR_VALUE = 1;
/** Next pair of the same name. */
export const PAIR_NEXT = 2;
export const PAIR_COUNT = 3;
export const PAIR_FIRST_BLOCK = 4;
export const PAIR_LAST_BLOCK = 5;
/** Word index of the next free place in the last block. */
export const PAIR_WRITE_AT = 6;
export const PAIR_FIRST_ID = 7;
export const PAIR_WORDS = 8;

export const BLOCK_NEXT = 0;
export const BLOCK_CAPACITY = 1;
export const BLOCK_IDS = 2;

/** A label name, 4 words. */
export const NAME_SYMBOL = 0;
export const NAME_FIRST_PAIR = 1;
export const NAME_LAST_PAIR = 2;
export const NAME_NEXT = 3;
export const NAME_WORDS = 4;

/** A symbol: hash, length in bytes, UTF-8 bytes. */
export const SYMBOL_HASH = 0;
export const SYMBOL_LENGTH = 1;
export const SYMBOL_TEXT_BYTES = 8;
