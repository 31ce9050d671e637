import type { ForeignKey, Table } from './catalogue.js';

/** By what rows are spread. */
export const OWNER = 'user_id';

/** Where the tables go; each stands after those that it refers to. */
export interface Places {
  spread: Table[];
  /** On every node: of nobody in particular, and referred to by what is spread. */
  everywhere: Table[];
  /** On the coordinator, as before. */
  local: Table[];
}

const isOwned = ({ columns }: Table) => columns.some(({ name }) => name === OWNER);

/** A table whose rows belong to somebody is spread. */
export function placesOf(tables: Table[]): Places {
  const spread = withParents(tables.filter(isOwned), tables);
  return {
    spread: spread.filter(isOwned),
    everywhere: spread.filter((table) => !isOwned(table)),
    local: tables.filter((table) => !spread.includes(table)),
  };
}

/** The tables and all that they refer to, parents first. */
function withParents(wanted: Table[], all: Table[]): Table[] {
  const found = new Set<Table>();
  const visited = new Set<Table>();
  const visit = (table: Table) => {
    if (visited.has(table)) return;
    visited.add(table);
    const targets = table.foreignKeys.map(({ target }) => target);
    all.filter(({ name }) => targets.includes(name)).forEach(visit);
    found.add(table);
  };
  wanted.forEach(visit);
  return [...found];
}

/** Why Citus would refuse the tables: a line for each reason, with the name of the table. */
export function obstacles({ spread, everywhere, local }: Places): string[] {
  const isSpread = leadsTo(spread);
  const isEverywhere = leadsTo(everywhere);
  const refuse = (tables: Table[], isRefused: (key: ForeignKey) => boolean, why: string) =>
    tables.flatMap(({ name, foreignKeys }) =>
      foreignKeys.filter(isRefused).map((key) => `${name}: the foreign key ${key.name} ${why}`),
    );
  return [
    ...spread.flatMap(ownObstacles),
    ...refuse(spread, (key) => isSpread(key) && !keepsOwner(key), `does not lead from ${OWNER} to ${OWNER}`),
    ...refuse(spread, movesOwner, `would change ${OWNER} (set null, set default or on update)`),
    ...refuse(everywhere, (key) => !isEverywhere(key), 'refers to rows that are not on every node'),
    ...refuse(local, isSpread, `refers to rows that are spread, but the table has no ${OWNER}`),
  ];
}

const leadsTo = (tables: Table[]) => (key: ForeignKey) => tables.some(({ name }) => name === key.target);

const keepsOwner = ({ columns, targetColumns }: ForeignKey) =>
  columns.includes(OWNER) && targetColumns[columns.indexOf(OWNER)] === OWNER;

function ownObstacles({ name, columns, keys }: Table): string[] {
  const owner = columns.find((column) => column.name === OWNER);
  return [
    ...(owner?.type === 'bigint' && owner.isRequired ? [] : [`${name}: ${OWNER} is not bigint not null`]),
    ...keys
      .filter((key) => !key.columns.includes(OWNER))
      .map((key) => `${name}: the key ${key.name} (${key.columns.join(', ')}) is unique without ${OWNER}`),
    ...columns
      .filter(({ isCounted, type }) => isCounted && type !== 'bigint')
      .map(
        (column) =>
          `${name}: ${column.name} is counted by a sequence but is not bigint, so only one node could insert`,
      ),
  ];
}

const movesOwner = ({ columns, onDelete, onUpdate }: ForeignKey) =>
  columns.includes(OWNER) && (['n', 'd'].includes(onDelete) || ['c', 'n', 'd'].includes(onUpdate));
