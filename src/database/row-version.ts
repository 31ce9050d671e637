/**
 * `updated_at` tells the versions of a row apart, so each change makes it later, by a millisecond at least, although two
 * changes may fall into one or begin in another order than they are committed.
 */
export const NEXT_VERSION = `greatest(now(), updated_at + interval '1 millisecond')`;

/** @param parameter such as $3: the versions of which one is to be changed, as instants; null for any */
export const isVersion = (parameter: string) =>
  `(${parameter}::timestamptz[] is null or updated_at = any (${parameter}))`;
