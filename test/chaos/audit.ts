import { runCommand } from '../support/command.js';
import { ADDED, type Load } from './load.js';
import type { Stage } from './stage.js';

/** What is in the database after all, beside what clients were told. */
export interface Audit {
  acknowledged: number;
  stored: number;
  /** Acknowledged and not there. */
  lost: string[];
  /** There more than once, or although nobody was told. */
  surplus: string[];
  /** Sums that follow from the log and say something else. */
  disagreements: string[];
}

export async function audit(stage: Stage, load: Load): Promise<Audit> {
  const stored = await Promise.all([
    stage.sql<{ key: string }>('select client_id as key from flashlearn.reviews where client_id is not null'),
    stage.sql<{ key: string }>('select front_text as key from flashlearn.flashcards where back_text = $1', [
      ADDED,
    ]),
    stage.sql<{ key: string }>('select title as key from flashlearn.decks where description = $1', [ADDED]),
  ]);
  const keys = stored.flat().map(({ key }) => key);
  const distinct = new Set(keys);
  const { acknowledged } = load;
  return {
    acknowledged: acknowledged.size,
    stored: keys.length,
    lost: [...acknowledged].filter((key) => !distinct.has(key)),
    surplus: [
      ...keys.filter((key) => !acknowledged.has(key)),
      ...keys.filter((key, index) => keys.indexOf(key) !== index),
    ],
    disagreements: [...(await sums(stage)), ...(await replay(stage))],
  };
}

async function sums(stage: Stage): Promise<string[]> {
  const [row] = await stage.sql<Record<string, number>>(
    `select (select count(*)::int from flashlearn.reviews) as log,
            (select coalesce(sum(reviews), 0)::int from flashlearn.study_days) as study_days,
            (select coalesce(sum(study_count), 0)::int from flashlearn.progress) as progress`,
  );
  const { log, ...others } = row!;
  return Object.entries(others).flatMap(([name, sum]) =>
    sum === log ? [] : [`${name} count ${sum} reviews, the log ${log}`],
  );
}

/** As `npm run replay -- --verify`. */
async function replay(stage: Stage): Promise<string[]> {
  const env = { ...stage.env, DATABASE_URL: stage.databaseUrl };
  const { code, stdout, stderr } = await runCommand('replay', ['--verify'], env);
  return code === 0 && stdout.includes('No differences.') ? [] : [stdout + stderr];
}
