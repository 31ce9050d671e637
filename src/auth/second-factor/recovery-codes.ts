import { createHash } from 'node:crypto';
import { generateSecret } from 'otplib';

const CODES = 10;

/** 80 bits, so that a plain hash is enough; sixteen characters of base32, which has no 0, 1 and 8. */
const BYTES = 10;
const CODE = /^[A-Z2-7]{16}$/;

/** @returns ten codes for the day on which the authenticator app is gone, such as `k3vq-8mzx-1r6t-b9ny` */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: CODES }, () => {
    const groups = generateSecret({ length: BYTES }).toLowerCase().match(/.{4}/g) ?? [];
    return groups.join('-');
  });
}

/** SHA-256 of a code as it was typed, without blanks and dashes. @returns undefined for what cannot be one */
export function hashOfRecoveryCode(typed: string): Buffer | undefined {
  const code = typed.replaceAll(/[\s-]/g, '').toUpperCase();
  return CODE.test(code) ? createHash('sha256').update(code).digest() : undefined;
}
