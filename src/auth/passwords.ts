import { hash, verify } from '@node-rs/argon2';

/** OWASP's floor for argon2id: 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** What an unknown e-mail's password is compared with, so that it takes as long as a wrong one. */
let nobody: Promise<string> | undefined;

/** @returns a PHC string (argon2id, random 16-byte salt). The password is never cut. */
export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFC'), COST);
}

/** Takes the same time whether or not there is a hash to compare with. */
export async function verifyPassword(password: string, passwordHash: string | undefined): Promise<boolean> {
  nobody ??= hash('nobody has this password', COST);
  const matches = await verify(passwordHash ?? (await nobody), password.normalize('NFC'));
  return matches && passwordHash !== undefined;
}
