import { HttpStatus, ValidationPipe, type PipeTransform, type ValidationError } from '@nestjs/common';
import { plainToInstance, type ClassConstructor } from 'class-transformer';
import { validateSync } from 'class-validator';
import { Problem, type FieldError } from './problem.js';

const MAX_REPORTED = 20;

/** A DTO may word the absence of its required fields as the classic service did. */
interface MissingFieldsWording {
  missing?: (fields: string[]) => string;
}

const RULES = {
  whitelist: true,
  stopAtFirstError: true,
  // The DTO of a failure words the absence of its fields; nothing of it is sent.
  validationError: { target: true },
};

/**
 * A part of a body that is to be accepted or refused on its own.
 * @returns what is wrong with it, in a sentence, if something is
 */
export function readAs<T extends object>(type: ClassConstructor<T>, value: unknown): T | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'must be a JSON object';
  const read = plainToInstance(type, value);
  const [failure] = validateSync(read, RULES);
  return failure ? fieldError(failure).message : read;
}

/** Validates bodies against their DTO classes; unknown fields are dropped, types are never guessed. */
export function bodyValidation(): PipeTransform {
  const pipe = new ValidationPipe({
    transform: true,
    ...RULES,
    exceptionFactory: validationProblem,
  });
  // In a path it would make numbers of `0x10`, `1e3` and ` 1` before the id pipe sees them.
  return {
    transform: (value: unknown, metadata) =>
      metadata.type === 'body' ? pipe.transform(value, metadata) : value,
  };
}

function validationProblem(failures: ValidationError[]): Problem {
  const errors = failures.map(fieldError).slice(0, MAX_REPORTED);
  const missing = failures
    .filter((failure) => failure.constraints?.['required'])
    .map(({ property }) => property);
  const wording = (failures[0]?.target?.constructor ?? {}) as MissingFieldsWording;
  const message =
    missing.length > 0
      ? (wording.missing?.(missing) ?? `Missing required fields: ${missing.join(', ')}`)
      : (errors[0]?.message ?? 'The request is not valid.');
  return new Problem(HttpStatus.BAD_REQUEST, message, { code: 'invalid', errors });
}

function fieldError(failure: ValidationError): FieldError {
  const [message] = Object.values(failure.constraints ?? {});
  return { field: failure.property, message: message ?? `${failure.property} is not valid` };
}
