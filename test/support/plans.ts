import type { Client } from 'pg';
import type { DataSource } from 'typeorm';

/** How one statement was executed, also those inside functions, triggers and the cascades of foreign keys. */
export interface Plan {
  sql: string;
  /** The numbers of the partitions in it, whether or not a row was found there. */
  partitions: number[];
}

/** With ANALYZE, or the partitions that a row was put into would not be told. */
const SETTINGS = {
  log_min_duration: '0',
  log_nested_statements: 'on',
  log_analyze: 'on',
  log_timing: 'off',
  log_triggers: 'on',
  log_format: 'json',
  log_level: 'notice',
};

/** The same database, whose server tells these sessions the plan of each statement in a notice. */
export function tellingPlans(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  const settings = Object.entries(SETTINGS).map(([name, value]) => `-c auto_explain.${name}=${value}`);
  url.searchParams.set('options', ['-c session_preload_libraries=auto_explain', ...settings].join(' '));
  return url.href;
}

interface Pool {
  on(event: 'acquire', listener: (client: Client) => void): void;
}

/** @returns the plans of all statements that the service sends from now on, as they come */
export function recordPlans(dataSource: DataSource): Plan[] {
  const plans: Plan[] = [];
  const known = new WeakSet<Client>();
  const { master } = dataSource.driver as unknown as { master: Pool };
  master.on('acquire', (client) => {
    if (known.has(client)) return;
    known.add(client);
    client.on('notice', ({ message = '' }) => {
      const json = /^duration: .*? plan:\n(\{.*\})$/s.exec(message)?.[1];
      if (json !== undefined) plans.push(planOf(JSON.parse(json) as Told));
    });
  });
  return plans;
}

interface Told {
  'Query Text': string;
  Plan: unknown;
  Triggers?: unknown;
}

function planOf(told: Told): Plan {
  const partitions = new Set<number>();
  // Of nodes, of the tables that a node changes, and of the triggers that fired for a row.
  JSON.stringify([told.Plan, told.Triggers], (key, value: unknown) => {
    const partition =
      key === 'Relation Name' || key === 'Relation' ? /_(\d+)$/.exec(String(value))?.[1] : undefined;
    if (partition !== undefined) partitions.add(Number(partition));
    return value;
  });
  return { sql: told['Query Text'].replace(/\s+/g, ' ').trim(), partitions: [...partitions].sort() };
}

/** What no request of a learner asks, or asks before it is known who the learner is; and one that is to be mended. */
const EXCEPTIONS = [
  // Who has this e-mail address? Without a token only the directory, `users`, can tell.
  /\bemail = (?:given\.email|\$1)\b/,
  // The search hides the column from the planner, so that no other index is drawn in: docs/operating/scaling.md, 5.
  /\buser_id \+ 0 = \$1\b/,
  // The outbox, in the background: what is to be sent now, and what is of no use any more.
  /^with due as materialized \( select user_id, id from flashlearn\.mail_outbox where next_attempt_at <= now\(\)/,
  /^with removed as \(delete from flashlearn\.mail_outbox where expires_at <= now\(\)/,
];

/** @throws Error naming the statements that touch more than one partition, if there are any */
export function refuseScattered(plans: Plan[]): void {
  const scattered = plans.filter(
    ({ sql, partitions }) => partitions.length > 1 && !EXCEPTIONS.some((pattern) => pattern.test(sql)),
  );
  const reasons = new Set(scattered.map(({ sql, partitions }) => `${partitions.join()}: ${sql}`));
  if (reasons.size > 0) throw new Error(`On more than one partition: ${[...reasons].join('\n\n')}`);
}
