import type { MigrationInterface, QueryRunner } from 'typeorm';
import { close } from './close.js';

/**
 * What the cards of each deck add up to, so that no page and no dashboard has to count them. The database keeps it,
 * in the transaction of whatever changes cards or progress, whoever writes: nothing can be forgotten or counted twice.
 * Rows come with the first card of a deck. `npm run replay -- --verify` compares them with the cards.
 *   cards     all       started   those with a state other than new
 *   mastered  in review with a stability of 21 days or more       answers   the sum of study_count
 */
const DECK_COUNTS = `create table flashlearn.deck_counts (
  user_id bigint not null,
  deck_id bigint not null,
  cards integer not null default 0,
  started integer not null default 0,
  mastered integer not null default 0,
  answers bigint not null default 0,
  primary key (user_id, deck_id),
  foreign key (user_id, deck_id) references flashlearn.decks (user_id, id) on delete cascade
)`;

/** A progress row names its deck, so that what is due in one deck can be read from an index. Cards stay in their decks. */
const DECK_OF_PROGRESS = [
  'alter table flashlearn.flashcards add constraint flashcards_deck_unique unique (user_id, deck_id, id)',
  `create trigger flashcards_stay before update of deck_id on flashlearn.flashcards
   for each row when (old.deck_id <> new.deck_id) execute function flashlearn.refuse_change()`,
  'alter table flashlearn.progress add column deck_id bigint',
  `update flashlearn.progress p set deck_id = f.deck_id
   from flashlearn.flashcards f where f.user_id = p.user_id and f.id = p.flashcard_id`,
  'alter table flashlearn.progress alter column deck_id set not null',
  `alter table flashlearn.progress drop constraint progress_user_id_flashcard_id_fkey,
    add constraint progress_flashcard_fkey foreign key (user_id, deck_id, flashcard_id)
    references flashlearn.flashcards (user_id, deck_id, id) on delete cascade`,
];

/** Reviews and cards in steps of minutes are asked for apart, and both are read from indexes alone. */
const INDEXES = [
  `alter table flashlearn.progress drop constraint progress_pkey,
    add primary key (user_id, flashcard_id) include
      (deck_id, state, stability, difficulty, due_at, interval_days, study_count, incorrect_attempts, last_study_day)`,
  'drop index flashlearn.progress_user_id_due_at',
  'drop index flashlearn.progress_learning',
  `create index progress_learning on flashlearn.progress (user_id, due_at, flashcard_id) include (deck_id)
   where state in ('learning', 'relearning')`,
  `create index progress_due on flashlearn.progress (user_id, due_at, flashcard_id)
   include (deck_id, stability, last_study_day) where state = 'review'`,
  `create index progress_deck_due on flashlearn.progress (user_id, deck_id, due_at, flashcard_id)
   include (stability, last_study_day) where state = 'review'`,
  'create index progress_last_studied on flashlearn.progress (user_id, deck_id, last_studied_at)',
  // The share of answers that were wrong, as the dashboard ranks by it.
  `create index progress_weakest on flashlearn.progress
   (user_id, (incorrect_attempts::double precision / study_count) desc, study_count desc, flashcard_id)
   where incorrect_attempts > 0`,
  'drop index flashlearn.flashcards_buried',
  `create index flashcards_hidden on flashlearn.flashcards (user_id, id, deck_id, suspended_at, buried_until)
   where suspended_at is not null or buried_until is not null`,
];

const COUNT_CARDS = `
  create function flashlearn.count_cards() returns trigger language plpgsql set search_path = '' as $$
  declare d record;
  begin
    for d in select user_id, deck_id, count(*) as cards from changed group by user_id, deck_id order by user_id, deck_id loop
      if tg_op = 'INSERT' then
        insert into flashlearn.deck_counts as c (user_id, deck_id, cards) values (d.user_id, d.deck_id, d.cards)
        on conflict (user_id, deck_id) do update set cards = c.cards + excluded.cards;
      else
        update flashlearn.deck_counts set cards = cards - d.cards where user_id = d.user_id and deck_id = d.deck_id;
      end if;
    end loop;
    return null;
  end $$`;

const COUNTED = (rows: string, sign: '' | '-') => `
  select user_id, deck_id, ${sign}(state <> 'new')::int as started,
         ${sign}(state = 'review' and coalesce(stability >= 21, false))::int as mastered, ${sign}study_count as answers
  from ${rows}`;

/**
 * Decks are taken one after the other in one order, lest two batches wait for each other. A deck that is being deleted
 * takes its counts with it: to lower them for each of its cards would take longer the more cards it had.
 */
const countProgress = (name: string, ...counted: string[]) => `
  create function flashlearn.${name}() returns trigger language plpgsql set search_path = '' as $$
  declare d record;
  begin
    for d in
      select user_id, deck_id, sum(started) as started, sum(mastered) as mastered, sum(answers) as answers
      from (${counted.join(' union all ')}) sums
      group by user_id, deck_id having (sum(started), sum(mastered), sum(answers)) <> (0, 0, 0)
      order by user_id, deck_id
    loop
      update flashlearn.deck_counts set
        started = started + d.started, mastered = mastered + d.mastered, answers = answers + d.answers
      where user_id = d.user_id and deck_id = d.deck_id
        and exists (select from flashlearn.decks where user_id = d.user_id and id = d.deck_id);
    end loop;
    return null;
  end $$`;

const FUNCTIONS = [
  COUNT_CARDS,
  countProgress('count_added_progress', COUNTED('added', '')),
  countProgress('count_changed_progress', COUNTED('added', ''), COUNTED('gone', '-')),
  countProgress('count_removed_progress', COUNTED('gone', '-')),
];

/** Once for each statement, however many rows it wrote. */
const TRIGGERS = [
  `create trigger flashcards_added after insert on flashlearn.flashcards
   referencing new table as changed for each statement execute function flashlearn.count_cards()`,
  `create trigger flashcards_removed after delete on flashlearn.flashcards
   referencing old table as changed for each statement execute function flashlearn.count_cards()`,
  `create trigger progress_added after insert on flashlearn.progress
   referencing new table as added for each statement execute function flashlearn.count_added_progress()`,
  `create trigger progress_changed after update on flashlearn.progress
   referencing old table as gone new table as added
   for each statement execute function flashlearn.count_changed_progress()`,
  `create trigger progress_removed after delete on flashlearn.progress
   referencing old table as gone for each statement execute function flashlearn.count_removed_progress()`,
];

const COUNT_ALL = `
  insert into flashlearn.deck_counts (user_id, deck_id, cards, started, mastered, answers)
  select f.user_id, f.deck_id, count(*), count(*) filter (where p.state <> 'new'),
         count(*) filter (where p.state = 'review' and p.stability >= 21), coalesce(sum(p.study_count), 0)
  from flashlearn.flashcards f
  left join flashlearn.progress p on p.user_id = f.user_id and p.flashcard_id = f.id
  group by f.user_id, f.deck_id`;

export class DeckCounts1795492800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const steps = [DECK_COUNTS, ...DECK_OF_PROGRESS, ...INDEXES, COUNT_ALL, ...FUNCTIONS, ...TRIGGERS];
    for (const step of steps) await runner.query(step);
    await close(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const step of DOWN) await runner.query(step);
  }
}

const DOWN = [
  'drop trigger flashcards_added on flashlearn.flashcards',
  'drop trigger flashcards_removed on flashlearn.flashcards',
  'drop trigger flashcards_stay on flashlearn.flashcards',
  'drop trigger progress_added on flashlearn.progress',
  'drop trigger progress_changed on flashlearn.progress',
  'drop trigger progress_removed on flashlearn.progress',
  'drop function flashlearn.count_cards()',
  'drop function flashlearn.count_added_progress()',
  'drop function flashlearn.count_changed_progress()',
  'drop function flashlearn.count_removed_progress()',
  'drop table flashlearn.deck_counts',
  'drop index flashlearn.flashcards_hidden',
  'create index flashcards_buried on flashlearn.flashcards (user_id, buried_until) where buried_until is not null',
  'drop index flashlearn.progress_learning',
  'drop index flashlearn.progress_due',
  'drop index flashlearn.progress_deck_due',
  'drop index flashlearn.progress_last_studied',
  'drop index flashlearn.progress_weakest',
  `alter table flashlearn.progress drop constraint progress_flashcard_fkey, drop constraint progress_pkey,
    drop column deck_id`,
  `alter table flashlearn.progress
    add primary key (user_id, flashcard_id) include
      (state, stability, difficulty, due_at, interval_days, study_count, incorrect_attempts, last_study_day),
    add constraint progress_user_id_flashcard_id_fkey foreign key (user_id, flashcard_id)
      references flashlearn.flashcards (user_id, id) on delete cascade`,
  'create index progress_user_id_due_at on flashlearn.progress (user_id, due_at, flashcard_id)',
  `create index progress_learning on flashlearn.progress (user_id, due_at, flashcard_id)
   where state in ('learning', 'relearning')`,
  'alter table flashlearn.flashcards drop constraint flashcards_deck_unique',
];
