/** Applies the real migrations to an empty database, with tables that are spread over so many partitions. */
export function migrateSpread(url: string, partitions: number): Promise<void>;
