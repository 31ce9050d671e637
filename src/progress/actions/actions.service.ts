import { Injectable } from '@nestjs/common';
import type { Learner } from '../../auth/learner.js';
import { violatedConstraint } from '../../database/sqlstate.js';
import { invalidField, type Problem } from '../../http/problem.js';
import type { NewEntry } from '../new-entry.js';
import { ReviewLog } from '../review-log.service.js';
import { addDays, daysBetween, startOfStudyDay, studyDay } from '../scheduling/study-day.js';
import type { ActionDto } from './action.dto.js';
import type { ActionView } from './action.view.js';
import { ActionsQueries } from './actions.queries.js';

const TOO_MANY_TAGS =
  'tag cannot be added: one of the cards has 100 tags, which is as many as a card can have';

/** The longest interval there is. */
const MAX_DAYS = 36_500;

/** What a learner does to many cards at once. All of an action happens, or nothing; ids of nobody's cards are told. */
@Injectable()
export class ActionsService {
  constructor(
    private readonly queries: ActionsQueries,
    private readonly log: ReviewLog,
  ) {}

  /** @throws Problem 400 when the action lacks its value, or a card has as many tags as it may have */
  async apply(me: Learner, body: ActionDto, now: Date): Promise<ActionView> {
    const { action } = body;
    const ids = [...new Set(body.flashcard_ids)];
    const changed = await this.changed(me, ids, body, now).catch((error: unknown) => {
      throw tooManyTags(error) ?? error;
    });
    const done = new Set(changed);
    return {
      action,
      done: ids.filter((id) => done.has(id)),
      not_found: ids.filter((id) => !done.has(id)),
    };
  }

  private changed(me: Learner, ids: number[], body: ActionDto, now: Date): Promise<number[]> {
    const { action } = body;
    const today = studyDay(now, me.timeZone, me.dayStartsAt);
    switch (action) {
      case 'suspend':
        return this.queries.change(me.id, ids, action, now);
      case 'unsuspend':
      case 'unbury':
        return this.queries.change(me.id, ids, action);
      case 'bury':
        return this.queries.change(me.id, ids, action, addDays(today, 1));
      case 'flag':
        return this.queries.change(me.id, ids, action, required(body, 'flag'));
      case 'add_tag':
      case 'remove_tag':
        return this.queries.change(me.id, ids, action, required(body, 'tag'));
      case 'forget':
        return this.logged(me, ids, { kind: 'reset' }, now);
      case 'set_due': {
        const dueAt = startOfStudyDay(dueDay(body, today), me.timeZone, me.dayStartsAt);
        return this.logged(me, ids, { kind: 'set_due', dueAt }, now);
      }
    }
  }

  /** Through the review log, from which the cards' schedules follow. */
  private async logged(me: Learner, ids: number[], entry: Pick<NewEntry, 'kind' | 'dueAt'>, now: Date) {
    const entries = ids.map((flashcardId) => ({ ...entry, flashcardId, at: null }));
    const recorded = await this.log.append(me, entries, now);
    return ids.filter((_, index) => recorded[index]?.outcome.status === 'accepted');
  }
}

/** @returns undefined for any other error */
function tooManyTags(error: unknown): Problem | undefined {
  return violatedConstraint(error) === 'flashcards_tags_count'
    ? invalidField('tag', TOO_MANY_TAGS)
    : undefined;
}

function required<Name extends 'flag' | 'tag'>(body: ActionDto, name: Name): NonNullable<ActionDto[Name]> {
  const value = body[name] ?? null;
  if (value === null) {
    throw invalidField(name, `${name} is required with action ${body.action}`);
  }
  return value;
}

function dueDay({ due_date, days }: ActionDto, today: string): string {
  if (due_date && typeof days === 'number') {
    throw invalidField('days', 'days and due_date say the same: send one of them');
  }
  if (typeof days === 'number') return addDays(today, days);
  if (!due_date) throw invalidField('due_date', 'due_date or days is required with action set_due');
  const ahead = daysBetween(today, due_date);
  if (ahead < 0 || ahead > MAX_DAYS) {
    throw invalidField('due_date', `due_date must be a day from ${today} to ${addDays(today, MAX_DAYS)}`);
  }
  return due_date;
}
