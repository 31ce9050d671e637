import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { Action } from './action.dto.js';

/** Actions that change the card alone; the others are lines in its log. */
export type PlainAction = Exclude<Action, 'forget' | 'set_due'>;

const NOW_IF = (changes: string) => `updated_at = case when ${changes} then now() else f.updated_at end`;

/** $3 is the value of those that have one. Tags are what the card says, so they are a change of it; the others are not. */
const CHANGES: Record<PlainAction, string> = {
  suspend: 'suspended_at = coalesce(f.suspended_at, $3::timestamptz)',
  unsuspend: 'suspended_at = null',
  bury: 'buried_until = $3::date',
  unbury: 'buried_until = null',
  flag: 'flag = $3::smallint',
  add_tag: `
    tags = case when f.tags @> array[$3::text] then f.tags else array_append(f.tags, $3::text) end,
    ${NOW_IF('not f.tags @> array[$3::text]')}`,
  remove_tag: `
    tags = array_remove(f.tags, $3::text),
    ${NOW_IF('f.tags @> array[$3::text]')}`,
};

/** Locks in the order of the ids, as all do who lock several cards. */
const statement = (changes: string) => `
  with locked as materialized (
    select id from flashlearn.flashcards where user_id = $1 and id = any ($2) order by id for no key update
  ), changed as (
    update flashlearn.flashcards f set ${changes} from locked where f.user_id = $1 and f.id = locked.id
    returning f.id
  )
  select id from changed`;

@Injectable()
export class ActionsQueries {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /**
   * @param value of the actions that have one: an instant, a study day, a flag, a tag
   * @returns the ids that are cards of this learner
   */
  async change(
    userId: number,
    ids: number[],
    action: PlainAction,
    value?: Date | string | number,
  ): Promise<number[]> {
    const values = [userId, ids, ...(value === undefined ? [] : [value])];
    const rows = await this.database.query<{ id: number }[]>(statement(CHANGES[action]), values);
    return rows.map(({ id }) => id);
  }
}
