import { Choice, Day, Ids, Text, WholeNumber } from '../../http/fields.js';

export const ACTIONS = [
  'suspend',
  'unsuspend',
  'bury',
  'unbury',
  'flag',
  'forget',
  'set_due',
  'add_tag',
  'remove_tag',
] as const;

export type Action = (typeof ACTIONS)[number];

const MAX_CARDS = 1_000;

/** The usual 256 kB, and room for as many ids. */
export const ACTION_BODY = { maxBytes: 256 * 1024, maxKeys: MAX_CARDS + 100 };

/** The longest interval there is, in days. */
const MAX_DAYS = 36_500;

export class ActionDto {
  @Choice(ACTIONS, { example: 'suspend' })
  action: Action;

  @Ids(MAX_CARDS, { example: [7, 8], description: 'Up to 1,000 cards, in any decks.' })
  flashcard_ids: number[];

  @WholeNumber(0, 7, { example: 1, description: 'With `flag`: the mark; 0 takes it away.', optional: true })
  flag?: number | null;

  @Day({
    example: '2026-12-01',
    description: 'With `set_due`: the study day, today or later; or else `days`.',
    optional: true,
  })
  due_date?: string | null;

  @WholeNumber(0, MAX_DAYS, {
    example: 3,
    description: 'With `set_due`: study days from today; 0 is today. Or else `due_date`.',
    optional: true,
  })
  days?: number | null;

  @Text(100, {
    example: 'greetings',
    description: 'With `add_tag` and `remove_tag`. A card has at most 100.',
    optional: true,
  })
  tag?: string | null;
}
