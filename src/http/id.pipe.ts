import type { PipeTransform } from '@nestjs/common';
import { notFound } from './problem.js';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const DIGITS = /^\d{1,16}$/;

/** @returns the id, or undefined for what cannot be one. Ids are integers below 2^53. */
export function parseId(text: string): number | undefined {
  const id = DIGITS.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(id) ? id : undefined;
}

/**
 * An id in a path. Anything else is the address of nothing: 404, as for an id that is not there. It reads the raw
 * text, since the number conversion of Nest's own pipes lets `0x10`, `1e3` and ` 1` pass.
 */
export class IdPipe implements PipeTransform<string, number> {
  constructor(private readonly noun: string) {}

  transform(text: string): number {
    const id = parseId(text);
    if (id === undefined) throw notFound(this.noun);
    return id;
  }
}

/** The same for an id that is a UUID, in any case of letters. */
export class UuidPipe implements PipeTransform<string, string> {
  constructor(private readonly noun: string) {}

  transform(text: string): string {
    if (!UUID.test(text)) throw notFound(this.noun);
    return text.toLowerCase();
  }
}
