import fc from 'fast-check';
import type { Operation } from './api.js';
import { faultsOf, NO_IDS, queryFaultsOf, type Fault, type QueryFault } from './faults.js';
import type { Kind, Reference } from './learner.js';
import { referencesTo, valuesOf, words } from './values.js';

/** A request before it is known which ids there are; what is broken in it, if something is, is one thing. */
export interface Plan {
  /** What stands for the id in the path, where there is one. */
  id: Reference | undefined;
  /** Instead of it, something that is no id. */
  noId: string | undefined;
  query: Record<string, unknown>;
  queryFault: QueryFault | undefined;
  body: Record<string, unknown> | undefined;
  fault: Fault | undefined;
  /** `nobody` sends no token, `ghost` one of a session that has ended, `script` a personal access token. */
  caller: 'learner' | 'nobody' | 'ghost' | 'script';
  /** `again` is sent twice with one key, `used` with the key of another request, `bad` with what is no key. */
  key: 'none' | 'again' | 'used' | 'bad';
  /** What the key is, or part of it. */
  word: string;
  dice: number;
}

/** What the last part of a path, or the one before it, is an id of. */
const KINDS: [path: RegExp, kind: Kind][] = [
  [/^\/(?:decks|progress\/deck)\/\{id\}/, 'deck'],
  [/^\/(?:flashcards|progress\/flashcard)\/\{id\}/, 'card'],
  [/^\/progress\/\{id\}/, 'progress'],
  [/^\/reviews\/\{id\}/, 'review'],
  [/^\/sessions\/\{id\}/, 'session'],
  [/^\/tokens\/\{id\}/, 'token'],
  [/^\/user\/fsrs\/trainings\/\{id\}/, 'training'],
];

export function kindOf({ path }: Operation): Kind | undefined {
  return KINDS.find(([pattern]) => pattern.test(path))?.[1];
}

/** Requests to an operation: many of them right, the others with one thing wrong. */
export function plansOf(operation: Operation): fc.Arbitrary<Plan> {
  const right: fc.Arbitrary<Plan> = fc.record({
    ...nothing,
    id: idsOf(operation),
    query: queriesOf(operation),
    body: operation.body
      ? (valuesOf(operation.body) as fc.Arbitrary<Record<string, unknown>>)
      : fc.constant(undefined),
    key: hasKey(operation)
      ? some<Plan['key']>(85, 'none', ['again', 'used'])
      : fc.constant<Plan['key']>('none'),
    caller: operation.isPublic
      ? fc.constant<Plan['caller']>('learner')
      : some<Plan['caller']>(93, 'learner', ['script']),
    word: words(20),
    dice: fc.nat({ max: 99 }),
  });
  const wrong = fc.oneof({ weight: 14, arbitrary: fc.constant({}) }, ...faultyParts(operation));
  return fc.tuple(right, wrong).map(([plan, part]) => ({
    ...plan,
    ...(Object.keys(part).length > 0 && { key: 'none', caller: 'learner' }),
    ...part,
  }));
}

const nothing = {
  noId: fc.constant(undefined),
  queryFault: fc.constant(undefined),
  fault: fc.constant(undefined),
};

/** What may be wrong, and how often. */
function faultyParts(operation: Operation): fc.WeightedArbitrary<Partial<Plan>>[] {
  const { body, parameters } = operation;
  const query = parameters.filter((parameter) => parameter.in === 'query');
  const parts: fc.WeightedArbitrary<Partial<Plan>>[] = [];
  const add = (weight: number, arbitrary: fc.Arbitrary<Partial<Plan>>) => parts.push({ weight, arbitrary });
  if (body !== undefined)
    add(
      8,
      faultsOf({ ...operation, body }).map((fault) => ({ fault })),
    );
  if (query.length > 0)
    add(
      6,
      queryFaultsOf(query).map((queryFault) => ({ queryFault })),
    );
  if (kindOf(operation))
    add(
      4,
      fc.constantFrom(...NO_IDS).map((noId) => ({ noId })),
    );
  if (hasKey(operation)) add(1, fc.constant({ key: 'bad' }));
  if (!operation.isPublic)
    add(
      1,
      fc.constantFrom('nobody', 'ghost').map((caller) => ({ caller })),
    );
  return parts;
}

const hasKey = ({ parameters }: Operation) => parameters.some(({ name }) => name === 'Idempotency-Key');

function some<T>(weight: number, usual: T, rare: T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight, arbitrary: fc.constant(usual) },
    { weight: 100 - weight, arbitrary: fc.constantFrom(...rare) },
  );
}

function idsOf(operation: Operation): fc.Arbitrary<Reference | undefined> {
  const kind = kindOf(operation);
  return kind ? referencesTo(kind) : fc.constant(undefined);
}

function queriesOf({ parameters, name }: Operation): fc.Arbitrary<Record<string, unknown>> {
  const query = parameters.filter((parameter) => parameter.in === 'query');
  const values = Object.fromEntries(
    query.map((parameter) => [parameter.name, valuesOf(parameter.schema, parameter.name)]),
  );
  const queries = fc.record(values, { requiredKeys: [] }) as fc.Arbitrary<Record<string, unknown>>;
  return QUERIES[name] ? queries.map(QUERIES[name]) : queries;
}

/** A page behind any row, rather than one by its number. */
function behind({ after, ...query }: Record<string, unknown>): Record<string, unknown> {
  if (typeof after !== 'string') return query;
  const { length } = after;
  return {
    ...query,
    page: '',
    all: '',
    after: Buffer.from(`${length * 10 ** 10}.${length}.${length}`).toString('base64url'),
  };
}

/** Parameters that only go together in ways that a schema does not say. */
const QUERIES: Record<string, (query: Record<string, unknown>) => Record<string, unknown>> = {
  'GET /study/queue': ({ tag, ...query }) =>
    query['mode'] === 'cram' ? { ...query, tag: tag || 'verbs' } : query,
  'GET /decks': behind,
  'GET /flashcards': behind,
  'GET /reviews': ({ cursor, ...query }) =>
    typeof cursor === 'string' ? { ...query, cursor: `${cursor.length * 10 ** 10}.${cursor.length}` } : query,
};
