/**
 * How late samples lie in the arena of the head. A directory has the addresses of pages, a page has for each of its series
 * the addresses of its first and its newest segment. A segment has a header and rows in the order of their arrival.
 */
export const ENTRY_BYTES = 8;
export const ENTRY_FIRST = 0;
export const ENTRY_NEWEST = 1;

/** In words. */
export const SEGMENT_NEXT = 0;
export const SEGMENT_CAPACITY = 1;
/** Stored when the row is complete. */
export const SEGMENT_USED = 2;
export const SEGMENT_HEADER_BYTES = 16;

/** Time as float64, then words: the halves of the value's bits, the number of the commit, the address of a record. */
export const ROW_BYTES = 24;
export const ROW_HIGH = 2;
export const ROW_LOW = 3;
export const ROW_SEQ = 4;
/** 0: a float or a staleness marker. A record is its length and its bytes (chunkenc/sample-record.ts). */
export const ROW_RECORD = 5;

export const FIRST_CAPACITY = 4;
/** The most that one more row can need, without the page of its series and without the bytes of a record. */
export const MOST_CAPACITY = 32;
