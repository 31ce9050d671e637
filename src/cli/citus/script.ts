import { SCHEMA } from '../../database/options.js';
import type { Catalogue, Table } from './catalogue.js';
import { OWNER, type Places } from './places.js';

/** Citus' own default; it can be raised later (`alter_distributed_table`), which rewrites the tables. */
const SHARDS = 32;

/**
 * What makes a migrated database into that of a Citus cluster: SQL for the coordinator. References and triggers are taken
 * off meanwhile: Citus allows no reference between a table that is spread and one that is not yet, and rows that are
 * moved to their shards must not be counted again.
 */
export function citusScript(places: Places, functions: Catalogue['functions']): string {
  const { spread, everywhere, local } = places;
  const moved = [...everywhere, ...spread];
  const first = spread[0]?.name ?? '';
  const together = (table: Table) => (table.name === first ? 'none' : `${SCHEMA}.${first}`);
  const parts: [title: string, lines: string[]][] = [
    [HEAD, SETTINGS],
    ['References and triggers off.', moved.flatMap(takenOff)],
    ['On every node.', everywhere.map(({ name }) => `select create_reference_table('${SCHEMA}.${name}');`)],
    [
      `By ${OWNER}, all of them in the same places, so that whatever a learner has lies on one node.`,
      spread.map(
        (table) =>
          `select create_distributed_table('${SCHEMA}.${table.name}', '${OWNER}', colocate_with => '${together(table)}');`,
      ),
    ],
    ['What statements call.', functions.map((name) => `select create_distributed_function('${name}');`)],
    ['References and triggers on again; Citus makes them on the shards.', moved.flatMap(putOn)],
    [`On the coordinator, as before: ${local.map(({ name }) => name).join(', ')}.`, []],
  ];
  return parts
    .map(([title, lines]) => [title.replaceAll(/^(?!--)/gm, '-- '), ...lines, ''].join('\n'))
    .join('\n');
}

const HEAD = `Flashlearn's tables on Citus: run on the coordinator, by their owner, while the service stands still:
  psql --set ON_ERROR_STOP=1 --single-transaction --file <this>
Before: create extension citus, citus_set_coordinator_host and citus_add_node, and
  citus.enable_unsafe_triggers = on on every node, the coordinator too.
docs/operating/scaling.md says what was tried of this and what was not.`;

const SETTINGS = [
  `set citus.shard_count = ${SHARDS};`,
  'set citus.shard_replication_factor = 1; -- foreign keys allow no other; copies are for streaming replication',
  `set citus.multi_shard_modify_mode = 'sequential'; -- tables that refer to one on every node`,
  'set citus.enable_unsafe_triggers = on; -- all that ours write belongs to the same learner, so it is on the same node',
];

const takenOff = ({ name, foreignKeys, triggers }: Table) => [
  ...triggers.map((trigger) => `drop trigger ${trigger.name} on ${SCHEMA}.${name};`),
  ...foreignKeys.map((key) => `alter table ${SCHEMA}.${name} drop constraint ${key.name};`),
];

const putOn = ({ name, foreignKeys, triggers }: Table) => [
  ...foreignKeys.map((key) => `alter table ${SCHEMA}.${name} add constraint ${key.name} ${key.definition};`),
  ...triggers.map(({ definition }) => `${definition};`),
];
