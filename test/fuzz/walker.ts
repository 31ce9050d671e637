import type { Operation } from './api.js';
import { Learner, Reference, type Id, type Standing } from './learner.js';
import { LESSONS } from './lessons.js';
import type { Plan } from './plan.js';
import { SCENARIOS } from './scenarios.js';
import type { Received, Sender, Sent } from './send.js';

/** What was sent, what may come back, and what came. */
export interface Exchange {
  operation: Operation;
  plan: Plan;
  sent: Sent;
  expected: Expected;
  received: Received;
}

export interface Expected {
  statuses: number[];
  /** The field that a refusal names. */
  field?: string | undefined;
  /** Why, for the report. */
  because: string;
  /** The answer to a request that is sent again. */
  replay?: Received;
}

/** What these do not understand counts as absent, as documented. */
const LENIENT = ['page', 'per_page', 'all', 'include'];
const LENIENT_OPERATIONS = ['GET /user/activity'];

/** What is refused beside what is lenient alone. */
const APART: Record<string, string[]> = { page: ['after'], all: ['after'] };

/** Where the id of another one is an empty answer, as the classic clients want it. */
const EMPTY_ANSWERS = ['GET /progress/deck/{id}', 'GET /progress/flashcard/{id}'];

/** Two learners who take turns, so that each id of the one is foreign to the other. */
export class Walker {
  private readonly learners: Learner[] = [];
  private readonly ghosts: string[] = [];
  private born = 0;

  constructor(
    private readonly name: string,
    private readonly sender: Sender,
  ) {}

  /** @returns one exchange, or two for a request that is sent again */
  async walk(operation: Operation, plan: Plan): Promise<Exchange[]> {
    const learner = await this.alive(plan.dice % 2);
    const other = await this.alive((plan.dice + 1) % 2);
    const { id, sent, expected, body } = prepare(operation, plan, learner, other, this.ghosts);
    const first = { operation, plan, sent, expected, received: await this.sender.send(sent) };
    const isDone = first.received.status < 300;
    if (isDone) LESSONS[operation.name]?.({ learner, id, body, answer: parsed(first.received) });
    if (plan.key !== 'again' || !isDone) return [first];
    if (learner.isOver) return [first];
    learner.usedKey = { key: plan.word, request: requestOf(sent) };
    const again = { statuses: [first.received.status], because: 'it is sent again', replay: first.received };
    return [first, { operation, plan, sent, expected: again, received: await this.sender.send(sent) }];
  }

  private async alive(nth: number): Promise<Learner> {
    const before = this.learners[nth];
    if (before && !before.isOver) return before;
    if (before) this.ghosts.push(before.token);
    return (this.learners[nth] = await Learner.signUp(this.sender, `${this.name}x${++this.born}`));
  }
}

function prepare(operation: Operation, plan: Plan, learner: Learner, other: Learner, ghosts: string[]) {
  const standings: Standing[] = [];
  const put = (reference: Reference): Id => {
    const { id, standing } = learner.find(reference, other);
    standings.push(standing);
    return id;
  };
  const id = plan.noId ?? (plan.id === undefined ? '' : String(put(plan.id)));
  const query = Object.entries(plan.query).map(([name, value]) => [
    name,
    String(value instanceof Reference ? put(value) : value),
  ]);
  const filled = filledIn(plan.body, put);
  const scenario = SCENARIOS[operation.name]?.(learner, filled, plan.dice);
  const body = scenario?.body ?? filled;
  const bytes = plan.fault?.breaks(body) ?? Buffer.from(JSON.stringify(body));
  const sent: Sent = {
    method: operation.method,
    path: operation.path.replace('{id}', id) + queryText(query, plan),
    headers: {
      ...(operation.body && { 'content-type': plan.fault?.contentType ?? 'application/json' }),
      ...authorization(operation, plan, learner, ghosts),
      ...idempotencyKey(plan, learner),
    },
    ...(operation.body && { body: bytes }),
  };
  const usual = scenario?.statuses ?? [successOf(operation)];
  const missing = standings.some((standing) => standing !== 'own');
  return { id, sent, body, expected: expectedOf(operation, plan, { usual, missing, learner, sent, ghosts }) };
}

function filledIn(body: Plan['body'], put: (reference: Reference) => Id): Record<string, unknown> {
  const fill = (value: unknown): unknown => {
    if (value instanceof Reference) return put(value);
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, fill(one)]));
  };
  return fill(body ?? {}) as Record<string, unknown>;
}

function queryText(query: (string | undefined)[][], { queryFault }: Plan): string {
  const faulty = queryFault ? [queryFault.parameter, ...(APART[queryFault.parameter] ?? [])] : [];
  const right = query.filter(([name]) => !faulty.includes(name!));
  const pairs = right.map(([name, value]) => `${name}=${encodeURIComponent((value ?? '').toWellFormed())}`);
  for (const value of queryFault?.values ?? []) pairs.push(`${queryFault?.parameter}=${value}`);
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

function authorization(
  { isPublic }: Operation,
  { caller, dice }: Plan,
  learner: Learner,
  ghosts: string[],
): Record<string, string> {
  const tokens = {
    learner: isPublic ? undefined : learner.token,
    nobody: undefined,
    ghost: ghosts[dice % Math.max(1, ghosts.length)] ?? 'x.y.z',
    script: learner.personalToken ?? learner.token,
  };
  const token = tokens[caller];
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

function idempotencyKey({ key, word, dice }: Plan, { usedKey }: Learner): Record<string, string> {
  const keys = {
    none: undefined,
    again: word,
    used: usedKey?.key,
    bad: ['x'.repeat(256), 'two words', 'caf\xe9'][dice % 3],
  };
  return keys[key] === undefined ? {} : { 'idempotency-key': keys[key] };
}

interface Facts {
  usual: number[];
  missing: boolean;
  learner: Learner;
  sent: Sent;
  ghosts: string[];
}

/** What is looked at first is refused first: the caller, the key, the body, the ids. */
function expectedOf(operation: Operation, plan: Plan, facts: Facts): Expected {
  const { usual, missing, learner, sent } = facts;
  const { fault, queryFault } = plan;
  const refuses = operation.answers.has(404) && !EMPTY_ANSWERS.includes(operation.name);
  if (plan.caller === 'nobody' || plan.caller === 'ghost')
    return { statuses: [401], because: `it is ${plan.caller}` };
  if (plan.key === 'bad') return { statuses: [400], field: 'Idempotency-Key', because: 'this is no key' };
  if (plan.key === 'used' && learner.usedKey) {
    const isSame = learner.usedKey.request === requestOf(sent);
    const statuses = [isSame ? successOf(operation) : 422, ...scopes(plan, learner)];
    return { statuses, because: `the key stands for ${isSame ? 'this' : 'another'} request` };
  }
  if (fault) return { statuses: [fault.status], field: fault.field, because: fault.what };
  if (plan.noId === '0' && !refuses) return { statuses: usual, because: 'nothing has the id 0' };
  if (plan.noId !== undefined) return { statuses: [404], because: 'this is no id' };
  if (queryFault && isRefused(operation, queryFault.parameter)) {
    // An id that cannot be one of ours, such as 0, may also just not be found.
    const statuses = queryFault.values[0] === '0' ? [400, 404] : [400];
    return { statuses, field: queryFault.parameter, because: `${queryFault.parameter} is not valid` };
  }
  const because = missing ? 'an id is not theirs' : 'all of it is valid';
  return { statuses: [...(missing && refuses ? [404] : usual), ...scopes(plan, learner)], because };
}

const isRefused = ({ name }: Operation, parameter: string) =>
  !LENIENT.includes(parameter) && !LENIENT_OPERATIONS.includes(name);

/** A personal access token may lack the scope, and has ended if its session of making it says so. */
const scopes = ({ caller }: Plan, { personalToken }: Learner) =>
  caller === 'script' && personalToken !== undefined ? [403] : [];

function successOf({ answers }: Operation): number {
  return [...answers.keys()].find((status) => status < 300) ?? 0;
}

const requestOf = ({ method, path, body }: Sent) => `${method} ${path} ${body?.toString('base64') ?? ''}`;

export function parsed({ text }: Received): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
