/** The messages of remote write: 1.0 and 2.0. */
export const WRITE_MESSAGES = ['prometheus.WriteRequest', 'io.prometheus.write.v2.Request'] as const;
export type WriteMessage = (typeof WRITE_MESSAGES)[number];
