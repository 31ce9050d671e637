import fc from 'fast-check';
import type { Operation, Parameter, Schema } from './api.js';

/** What is wrong with a body, and what the refusal has to say. */
export interface Fault {
  what: string;
  status: number;
  /** The field that the refusal names. */
  field?: string;
  /** Sent instead of application/json. */
  contentType?: string;
  /** @param body a valid one */
  breaks: (body: Record<string, unknown>) => Buffer;
}

const MAX_DEPTH = 32;

/** In kB and keys; those that take up to 1,000 ids or reviews have limits of their own. */
const LIMITS: Record<string, { kilobytes: number; keys: number }> = {
  'POST /reviews/batch': { kilobytes: 512, keys: 20_000 },
  'POST /flashcards/actions': { kilobytes: 256, keys: 1_100 },
};
const USUAL_LIMITS = { kilobytes: 256, keys: 1_000 };

const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const latin1 = (text: string) => Buffer.from(text, 'latin1');

/** All ways to break the body of an operation. */
export function faultsOf(operation: Operation & { body: Schema }): fc.Arbitrary<Fault> {
  const { properties = {}, required = [] } = operation.body;
  const inFields = Object.entries(properties).flatMap(([name, schema]) => [
    ...wrongValues(name, schema).map((value) => inField(name, value)),
    ...(required.includes(name) ? missing(name, schema) : []),
  ]);
  const { kilobytes, keys } = LIMITS[operation.name] ?? USUAL_LIMITS;
  const large = [
    whole('too large', 413, (body) => json({ ...body, more: 'x'.repeat(kilobytes * 1_024) })),
    whole('too many keys', 400, (body) => json({ ...body, more: Array.from({ length: keys + 1 }, () => 0) })),
  ];
  return fc.oneof(
    { weight: 60, arbitrary: fc.constantFrom(...inFields) },
    { weight: 25, arbitrary: fc.constantFrom(...WHOLE) },
    { weight: 1, arbitrary: fc.constantFrom(...large) },
  );
}

/** A broken parameter of the query. */
export interface QueryFault {
  parameter: string;
  /** As it stands in the address, several times where it is repeated. */
  values: string[];
}

export function queryFaultsOf(parameters: Parameter[]): fc.Arbitrary<QueryFault> {
  const faults = parameters.flatMap(({ name, schema }) => [
    ...wrongTexts(schema).map((value) => ({ parameter: name, values: [value] })),
    { parameter: name, values: ['1', '2'] },
  ]);
  return fc.constantFrom(...faults);
}

/** What stands for an id in a path, and is none. */
export const NO_IDS = [
  ...[
    '0',
    '-1',
    '1.5',
    '9007199254740993',
    'abc',
    '%00',
    '0x10',
    '1e3',
    '%201',
    '1%0A',
    '%ff',
    '..',
    '%F0%9F%98%80',
  ],
  ...['1'.repeat(400), 'null', '1;drop%20table%20users', '%2e%2e%2f', '00000000-0000-0000-0000-00000000000g'],
];

function wrongTexts({ type, format, enum: choices, maximum, maxLength }: Schema): string[] {
  if (choices) return ['nothing', '%00', '%F0%9F%98%80', 'DUE%20'];
  if (format !== undefined)
    return ['yesterday', '2026-02-30', '2026-13-01', '1', '%00', '0000-00-00', '1'.repeat(300)];
  if (type === 'integer') {
    const beyond = maximum === undefined ? [] : [String(maximum + 1)];
    return ['abc', '1.5', '-1', '9007199254740993', '1e3', '%00', '%ff', '1'.repeat(400), ...beyond];
  }
  return ['%00', ...(maxLength === undefined ? [] : ['x'.repeat(maxLength + 1)])];
}

function inField(name: string, value: unknown): Fault {
  const what = `of ${JSON.stringify({ [name]: value }).slice(0, 60)}`;
  return {
    what,
    status: tooManyReviews(name, value) ? 413 : 400,
    field: tooManyReviews(name, value) ? undefined : name,
    breaks: (body) => json({ ...body, [name]: value }),
  };
}

/** A batch that is too long is told so with 413. */
const tooManyReviews = (name: string, value: unknown) =>
  name === 'reviews' && Array.isArray(value) && value.length > 1;

function missing(name: string, schema: Schema): Fault[] {
  const without = { ...inField(name, undefined), what: `no ${name}` };
  const isText = schema.type === 'string';
  return [without, inField(name, null), ...(isText ? [inField(name, '')] : [])];
}

function wrongValues(name: string, schema: Schema): unknown[] {
  const deep = JSON.parse('['.repeat(MAX_DEPTH + 1) + ']'.repeat(MAX_DEPTH + 1)) as unknown;
  const everywhere = [{}, { toString: 1 }, deep];
  if (name === 'difficulty') return [...everywhere, 0, 6, -1, 1.5, 1e300, true, 'impossible', ['easy'], '9'];
  const type = [schema.type ?? []].flat().find((one) => one !== 'null');
  switch (type) {
    case 'string':
      return [...everywhere, 5, true, ['a'], 'a\0b', 'a\ud800b', '\udc00', ...wrongStrings(name, schema)];
    case 'integer':
      return [...everywhere, 'abc', '1e3', 1.5, true, [], [1], ...outside(schema), 1e300, 2 ** 53];
    case 'number':
      return [...everywhere, 'abc', '1e3', true, [], [1], ...outside(schema), 1e300];
    case 'boolean':
      return [...everywhere, 'false', 'yes', 1, 0, []];
    default:
      return [...everywhere, 'abc', 5, true, ...wrongLists(schema)];
  }
}

/** A password that is a little too long is known to be so only after it was compared; that is what scenarios are for. */
const MAX_TYPED = 1_024;

function wrongStrings(name: string, { format, enum: choices, minLength = 0, maxLength }: Schema): string[] {
  if (choices) return ['nothing', 'SUSPEND'];
  const long =
    maxLength === undefined
      ? []
      : ['x'.repeat(Math.max(maxLength, format === 'password' ? MAX_TYPED : 0) + 1)];
  switch (format) {
    case 'uuid':
      return ['abc', '0193a5e2-8c5b-7d3e-9f10-2b6c4d8e1a7', ''];
    case 'date':
      return ['2026-02-30', '2026-13-01', 'yesterday', '20261122', ''];
    case 'date-time':
      return ['2026-02-30T00:00:00Z', '2026-11-22', '2026-11-22T13:26', 'yesterday', ''];
    case 'email':
      return [...long, 'nobody', '@example.org', 'a b@example.org', 'a@', 'a@example'];
    case 'password':
      return long;
    default:
      return [
        ...long,
        ...(minLength > 0 ? ['', ' \t\u2003'] : []),
        ...(name === 'username' ? ['a b c', 'a\u200bbc'] : []),
      ];
  }
}

function outside({ minimum, maximum }: Schema): number[] {
  return [
    ...(minimum === undefined ? [] : [minimum - 1]),
    ...(maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? [] : [maximum + 1]),
  ];
}

function wrongLists({ minItems = 0, maxItems, items = {}, uniqueItems }: Schema): unknown[] {
  const one = items.enum?.[0] ?? 1;
  return [
    ...(minItems > 0 ? [[]] : []),
    ...(maxItems === undefined ? [] : [Array.from({ length: maxItems + 1 }, () => one)]),
    ...(uniqueItems ? [[one, one]] : []),
    ...(items.type === 'object' ? [] : [[[]], [null], [{}], ['nothing']]),
  ];
}

function whole(what: string, status: number, breaks: Fault['breaks'], contentType?: string): Fault {
  return { what, status, breaks, ...(contentType !== undefined && { contentType }) };
}

const WHOLE: Fault[] = [
  ...[
    '{"a":',
    '[]',
    '"text"',
    '5',
    'null',
    '  ',
    'a=b',
    '{"a":1}}',
    "{'a':1}",
    '\ufeff{',
    'NaN',
    '{"a":01}',
  ].map((text) => whole(`the body ${text}`, 400, () => Buffer.from(text))),
  whole('a byte that is no UTF-8', 400, () => latin1('{"title":"caf\xe9"}')),
  whole('a character cut in half', 400, () => latin1('{"title":"\xf0\x9f\x98"}')),
  whole('a surrogate in UTF-8', 400, () => latin1('{"title":"\xed\xa0\x80"}')),
  ...[
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
    'x',
  ].map((type) => whole(`the type ${type}`, 415, json, type)),
  {
    ...whole('NUL in a field that nobody knows', 400, (body) => json({ ...body, unknown: '\0' })),
    field: 'unknown',
  },
  {
    ...whole('a number without end', 400, (body) =>
      Buffer.from(
        `${JSON.stringify(body).slice(0, -1)}${Object.keys(body).length ? ',' : ''}"unknown":1e999}`,
      ),
    ),
    field: 'unknown',
  },
];
