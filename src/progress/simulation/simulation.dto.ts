import { Share, WholeNumber } from '../../http/fields.js';

/** What to try; what is absent is as the learner has it set. */
export class SimulationDto {
  @WholeNumber(1, 365, { example: 90, description: 'How far to look ahead.', optional: true })
  days?: number | null;

  @WholeNumber(1, Number.MAX_SAFE_INTEGER, { example: 1, description: 'Only this deck.', optional: true })
  deck_id?: number | null;

  @Share(0.7, 0.99, { example: 0.9, optional: true })
  desired_retention?: number | null;

  @WholeNumber(0, 9_999, { example: 20, optional: true })
  new_per_day?: number | null;

  @WholeNumber(0, 9_999, { example: 200, optional: true })
  reviews_per_day?: number | null;

  @WholeNumber(0, 2_147_483_647, {
    example: 1,
    description: 'The same seed gives the same answer.',
    optional: true,
  })
  seed?: number | null;
}
