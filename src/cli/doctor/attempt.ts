import type { DatabaseUrl } from '../../config/database-url.js';
import { ConfigError } from '../../config/variables.js';
import { explainConnectionError } from '../../database/connection-errors.js';
import { failed, type Finding } from './finding.js';

/**
 * Runs a check. What it throws is a finding too, so that the checks after it still run.
 * @param database to which the check talks; without one, errors explain themselves
 */
export async function attempt(
  check: string,
  database: DatabaseUrl | undefined,
  work: () => Promise<Finding | Finding[]>,
): Promise<Finding[]> {
  try {
    return [await work()].flat();
  } catch (error) {
    const explained = database === undefined || error instanceof ConfigError;
    return [
      failed(check, explained ? (error as Error).message : explainConnectionError(error, database).line),
    ];
  }
}
