/** The CRC-32 of gzip and PNG (not the CRC-32C of Prometheus' files): the one that the platform computes fastest. */
export { crc32 } from 'node:zlib';
