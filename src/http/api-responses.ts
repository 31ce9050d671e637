import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiParam, ApiProperty, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { STATUS_CODES } from 'node:http';
import { QUOTA_EXCEEDED } from './problem.js';

export class FieldErrorView {
  @ApiProperty({ example: 'title' })
  field: string;

  @ApiProperty({ example: 'title must be text of 1 to 100 characters' })
  message: string;
}

/** Every answer that is not a success (RFC 9457), with the two strings that the classic clients show. */
export class ProblemView {
  @ApiProperty({ example: 'about:blank' })
  type: string;

  @ApiProperty({ example: 'Bad Request' })
  title: string;

  @ApiProperty({ type: 'integer', example: 400 })
  status: number;

  @ApiProperty({
    description: 'What is wrong, for people.',
    example: 'title must be text of 1 to 100 characters',
  })
  detail: string;

  @ApiProperty({
    description: 'The request id, as in the X-Request-Id header and in our logs.',
    example: 'b1f6…',
  })
  instance: string;

  @ApiProperty({ description: 'Stable, for programs.', example: 'invalid' })
  code: string;

  @ApiProperty({ type: [FieldErrorView], required: false })
  errors?: FieldErrorView[];

  @ApiProperty({ example: 'title must be text of 1 to 100 characters' })
  error: string;

  @ApiProperty({ example: 'title must be text of 1 to 100 characters' })
  message: string;
}

interface Refusal {
  code: string;
  message: string;
  type?: string;
  /** What the sentence is about, in a body or query that is not valid. */
  field?: string;
}

const USUAL: Record<number, Refusal> = {
  400: { code: 'invalid', message: 'title must be text of 1 to 100 characters', field: 'title' },
  401: { code: 'unauthorized', message: 'Please log in.' },
  403: { code: 'insufficient_scope', message: 'This access token lacks the scope write.' },
  404: { code: 'not_found', message: 'Deck not found' },
  409: { code: 'email_exists', message: 'Email already exists' },
  413: { code: 'too_large', message: 'The body is larger than 256 kB.' },
  415: { code: 'unsupported_media_type', message: 'Content-Type must be application/json.' },
  429: { type: QUOTA_EXCEEDED, code: 'too_many_requests', message: 'Too many requests, try again later.' },
  503: { code: 'database_unavailable', message: 'The database cannot be reached, try again in a moment.' },
};

/** Documents the refusals of a route, each by its status and, where it has its own words, those. */
export function ApiProblems(...refusals: (number | [status: number, own: Partial<Refusal>])[]) {
  const responses = refusals.map((each) => {
    const [status, own] = typeof each === 'number' ? [each, {}] : each;
    return ApiResponse({ status, ...refusal(status, own) });
  });
  return applyDecorators(ApiExtraModels(ProblemView), ...responses);
}

/** The description of one refusal, with an example. */
export function refusal(status: number, own: Partial<Refusal> = {}) {
  const { code = 'error', message = '', type = 'about:blank', field } = { ...USUAL[status], ...own };
  const title = STATUS_CODES[status] ?? '';
  const example = {
    type,
    title,
    status,
    detail: message,
    instance: '5f0c1c9e-7a0e-4d53-9c1e-0a4b6a7f3c11',
    code,
    ...(field && { errors: [{ field, message }] }),
    error: status === 409 ? code : message,
    message,
  };
  const content = { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemView) }, example } };
  return { description: title, content };
}

/** Documents the id of a `noun` in the path; what is no id answers 404, like what is not there. */
export function ApiId(noun: string) {
  return applyDecorators(
    ApiParam({ name: 'id', description: `${noun} id`, schema: { type: 'integer', minimum: 1, example: 1 } }),
    ApiProblems([404, { message: `${noun} not found` }]),
  );
}

/** The same for an id that is a UUID. */
export function ApiUuid(noun: string) {
  const example = '0b6c3a1e-6f0c-4f5e-9d0e-3f1d2c9a7b41';
  return applyDecorators(
    ApiParam({ name: 'id', description: `${noun} id`, schema: { type: 'string', format: 'uuid', example } }),
    ApiProblems([404, { message: `${noun} not found` }]),
  );
}
