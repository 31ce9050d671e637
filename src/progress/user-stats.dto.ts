import { WholeNumber } from '../http/fields.js';

/** The other figures are computed here; classic clients that send them are not refused, and change nothing. */
export class UserStatsDto {
  @WholeNumber(1, 10_000, { example: 50, description: 'Reviews a week to aim for.', optional: true })
  weekly_goal?: number | null;
}
