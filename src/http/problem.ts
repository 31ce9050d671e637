import { HttpException, HttpStatus } from '@nestjs/common';
import { STATUS_CODES } from 'node:http';

/** What is wrong with one field of a request. */
export interface FieldError {
  field: string;
  message: string;
}

/** Registered by draft-ietf-httpapi-ratelimit-headers. */
export const QUOTA_EXCEEDED = 'https://iana.org/assignments/http-problem-types#quota-exceeded';

export interface ProblemOptions {
  /** Stable and machine-readable; the status in words where nothing more precise is known. */
  code?: string;
  /** A problem type that is registered; else the status says it all. */
  type?: string;
  errors?: FieldError[];
  /** Only for the two signup codes that classic clients look for in `error`; else the sentence. */
  error?: string;
  /** Further members of the answer, such as `ok: false`. */
  extra?: Record<string, unknown>;
  headers?: Record<string, string>;
}

/** An answer that is not a success: the one way in which this service refuses. */
export class Problem extends HttpException {
  constructor(
    status: number,
    message: string,
    readonly details: ProblemOptions = {},
  ) {
    super(message, status);
  }

  /** The status in words. */
  get title(): string {
    return STATUS_CODES[this.getStatus()] ?? 'Error';
  }

  /** RFC 9457, and the strings `error` and `message` that the classic clients show to people. */
  toBody(requestId: string) {
    const { code, type = 'about:blank', errors, error, extra } = this.details;
    return {
      type,
      title: this.title,
      status: this.getStatus(),
      detail: this.message,
      instance: requestId,
      code: code ?? this.title.toLowerCase().replaceAll(/[^a-z]+/g, '_'),
      ...(errors && { errors }),
      error: error ?? this.message,
      message: this.message,
      ...extra,
    };
  }
}

/** The same answer for what does not exist and for what belongs to somebody else. */
export function notFound(noun: string): Problem {
  return new Problem(HttpStatus.NOT_FOUND, `${noun} not found`, { code: 'not_found' });
}

export function invalidField(field: string, message: string): Problem {
  return new Problem(HttpStatus.BAD_REQUEST, message, { code: 'invalid', errors: [{ field, message }] });
}

export function conflict(code: string, message: string): Problem {
  return new Problem(HttpStatus.CONFLICT, message, { code, error: code });
}

export function unauthorized(message: string): Problem {
  return new Problem(HttpStatus.UNAUTHORIZED, message, {
    code: 'unauthorized',
    headers: { 'WWW-Authenticate': 'Bearer' },
  });
}

/** Too much to do at this moment. */
export function busy(retryAfterSeconds = 2): Problem {
  return new Problem(HttpStatus.SERVICE_UNAVAILABLE, 'Busy, try again in a moment.', {
    code: 'busy',
    headers: { 'Retry-After': `${retryAfterSeconds}` },
  });
}
