import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** As much of JSON Schema as openapi.json uses for what is sent. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  schema: Schema;
}

/** What an answer of one status may be. */
export interface Documented {
  contentType: string;
  validate: ValidateFunction;
}

export interface Operation {
  /** Such as `GET /decks/{id}`. */
  name: string;
  method: string;
  path: string;
  isPublic: boolean;
  parameters: Parameter[];
  /** Undefined where no body is documented. */
  body: Schema | undefined;
  answers: Map<number, Documented>;
}

interface Content {
  content?: Record<string, { schema: Schema }>;
}

interface Document {
  paths: Record<string, Record<string, OperationObject>>;
  components: { schemas: Record<string, Schema & { additionalProperties?: boolean }> };
}

interface OperationObject {
  security: object[];
  parameters?: Parameter[];
  requestBody?: Content;
  responses: Record<string, Content & { $ref?: string }>;
}

const DOCUMENT = 'openapi.json';

/** Every operation of the committed openapi.json. */
export function readApi(): Operation[] {
  const document = JSON.parse(readFileSync(join(import.meta.dirname, '../..', DOCUMENT), 'utf8')) as Document;
  const ajv = validator(document);
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      isPublic: operation.security.length === 0,
      parameters: operation.parameters ?? [],
      body: resolved(document, operation.requestBody?.content?.['application/json']?.schema),
      answers: answersOf(ajv, document, ['paths', path, method, 'responses']),
    })),
  );
}

/** Knows the whole document, whose schemas then refer to each other as they do there. */
function validator(document: Document): Ajv2020 {
  const ajv = new Ajv2020({ strict: false, validateSchema: false, allErrors: true });
  formats.default(ajv);
  const closed = structuredClone(document);
  // An answer has no field that the document does not know: clients are generated from it.
  for (const schema of Object.values(closed.components.schemas)) {
    if (schema.properties) schema.additionalProperties ??= false;
  }
  return ajv.addSchema(closed, DOCUMENT);
}

function answersOf(ajv: Ajv2020, document: Document, place: string[]): Map<number, Documented> {
  const responses = at(document, place) as OperationObject['responses'];
  return new Map(
    Object.entries(responses).map(([status, { $ref }]) => {
      const where = $ref ? $ref.slice(2).split('/') : [...place, status];
      const { content = {} } = at(document, where) as Content;
      const [contentType = ''] = Object.keys(content);
      const pointer = [...where, 'content', contentType, 'schema'].map(escaped).join('/');
      return [Number(status), { contentType, validate: ajv.compile({ $ref: `${DOCUMENT}#/${pointer}` }) }];
    }),
  );
}

const escaped = (key: string) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));

function at(document: unknown, place: string[]): unknown {
  return place.reduce((value, key) => (value as Record<string, unknown>)[key], document);
}

/** The schema with all that it refers to in its place; what is sent has no cycles. */
function resolved(document: Document, schema: Schema | undefined): Schema | undefined {
  if (schema === undefined) return undefined;
  return JSON.parse(JSON.stringify(schema), (_key, value: unknown) => {
    const $ref = (value as Schema | null)?.$ref;
    return $ref === undefined ? value : resolved(document, at(document, $ref.slice(2).split('/')) as Schema);
  }) as Schema;
}
