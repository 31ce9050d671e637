import { generateSecret, generateURI, verifySync } from 'otplib';

/** RFC 6238 as every authenticator app has it: SHA-1, six digits, 30 seconds. */
const PERIOD_SECONDS = 30;
const ISSUER = 'Flashlearn';

const CODE = /^\d{6}$/;

/** @returns a secret of 160 bits in base32, as long as the hash (RFC 4226, 4) */
export function newSecret(): string {
  return generateSecret({ length: 20 });
}

/** What authenticator apps read from a QR code. @param account what they show beside the code */
export function otpauthUrl(secret: string, account: string): string {
  return generateURI({ issuer: ISSUER, label: account, secret });
}

/**
 * @returns the step of 30 s since 1970 of which this is the code: the present one, the one before or the one after, since
 * clocks differ (RFC 6238, 6); undefined for any other code
 */
export function stepOf(typed: string, secret: string, now: Date): number | undefined {
  const code = typed.replaceAll(/\s/g, ''); // apps show `042 917`
  if (!CODE.test(code)) return undefined;
  const epoch = Math.floor(now.getTime() / 1_000);
  const result = verifySync({ secret, token: code, epoch, epochTolerance: PERIOD_SECONDS });
  return result.valid && 'timeStep' in result ? result.timeStep : undefined;
}
