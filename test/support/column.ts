/** One field of each row of an answer. */
export const column = (rows: Record<string, unknown>[], field: string) => rows.map((row) => row[field]);
