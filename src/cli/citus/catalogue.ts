import type { ClientBase, QueryResult } from 'pg';
import { SCHEMA } from '../../database/options.js';

/** A primary key, a unique constraint or a unique index. */
export interface Key {
  name: string;
  columns: string[];
}

export interface ForeignKey {
  name: string;
  /** As after `add constraint`. */
  definition: string;
  columns: string[];
  target: string;
  targetColumns: string[];
  /** What happens to the referring rows: `a` nothing, `r` restrict, `c` cascade, `n` set null, `d` set default. */
  onDelete: string;
  onUpdate: string;
}

export interface Table {
  name: string;
  columns: { name: string; type: string; isRequired: boolean; isCounted: boolean }[];
  keys: Key[];
  foreignKeys: ForeignKey[];
  triggers: { name: string; definition: string }[];
}

export interface Catalogue {
  tables: Table[];
  /** What statements may call, with the types of the arguments; those of triggers are not called. */
  functions: string[];
}

const COLUMNS = (numbers: string, table: string) => `(
  select coalesce(json_agg(attname order by place), '[]') from unnest(${numbers}) with ordinality as n (number, place)
  join pg_attribute on attrelid = ${table} and attnum = number)`;

/** Sorted by name, so that the same schema always gives the same plan. */
const TABLES = `
  select relname as name,
    (select json_agg(json_build_object('name', attname, 'type', format_type(atttypid, atttypmod),
              'isRequired', attnotnull, 'isCounted', attidentity <> '' or coalesce(pg_get_expr(adbin, adrelid), '') like 'nextval(%'))
       from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
       where attrelid = t.oid and attnum > 0 and not attisdropped) as columns,
    (select coalesce(json_agg(json_build_object('name', i.relname,
              'columns', ${COLUMNS('indkey[0:indnkeyatts - 1]', 't.oid')}) order by i.relname), '[]')
       from pg_index join pg_class i on i.oid = indexrelid
       where indrelid = t.oid and (indisunique or indisexclusion)) as keys,
    (select coalesce(json_agg(json_build_object('name', conname, 'definition', pg_get_constraintdef(c.oid),
              'columns', ${COLUMNS('conkey', 'conrelid')}, 'target', target.relname,
              'targetColumns', ${COLUMNS('confkey', 'confrelid')},
              'onDelete', confdeltype, 'onUpdate', confupdtype) order by conname), '[]')
       from pg_constraint c join pg_class target on target.oid = confrelid
       where conrelid = t.oid and contype = 'f' and conparentid = 0) as "foreignKeys",
    (select coalesce(json_agg(json_build_object('name', tgname, 'definition', pg_get_triggerdef(oid)) order by tgname), '[]')
       from pg_trigger where tgrelid = t.oid and not tgisinternal) as triggers
  from pg_class t
  where relnamespace = to_regnamespace('${SCHEMA}') and relkind in ('r', 'p') and not relispartition
  order by relname`;

const FUNCTIONS = `
  select format('%I.%I(%s)', '${SCHEMA}', proname, oidvectortypes(proargtypes)) as name from pg_proc
  where pronamespace = to_regnamespace('${SCHEMA}') and prorettype <> 'trigger'::regtype order by 1`;

/** What a database has of ours, as far as it matters to whoever distributes it. Changes nothing. */
export async function readCatalogue(client: Pick<ClientBase, 'query'>): Promise<Catalogue> {
  // All in one message, hence in one transaction: without a search path every name is written in full.
  const results = await client.query(`set local search_path = ''; ${TABLES}; ${FUNCTIONS}`);
  const [, tables, functions] = results as unknown as [
    unknown,
    QueryResult<Table>,
    QueryResult<{ name: string }>,
  ];
  return { tables: tables.rows, functions: functions.rows.map(({ name }) => name) };
}
