import { hash, parseOptions as readArgon2, verify as verifyArgon2 } from '@node-rs/argon2';
import { parseOptions as readBcrypt, verify as verifyBcrypt } from '@node-rs/bcrypt';
import { Logger } from '@nestjs/common';
import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';
import { busy } from '../../http/problem.js';

/** OWASP's floor for argon2id (Password Storage Cheat Sheet): 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** What a stored hash may ask of us at most; beyond that it was not made by us, and would hold up everybody. */
const MAX_COST = { memoryCost: 65_536, timeCost: 10, parallelism: 4, bcrypt: 16 };

/** UTF-8 bytes; ten megabytes through argon2id would take 150 ms. */
const MAX_BYTES = 1_024;

/** As many bytes as bcrypt looks at, then and now. */
const BCRYPT_BYTES = 72;

/** Each takes 19 MiB, and a core: more than there are would only take time from the event loop. */
const MAX_RUNNING = Math.min(4, availableParallelism());
const MAX_WAITING = 64;

/** bcrypt of cost 12, the former service's, took 380 to 580 ms where it was measured; argon2id takes a tenth of that. */
const BCRYPT_MS = 600;
/** What slow moments may add to it, and how many of the last verifications tell. */
const MAX_BCRYPT_MS = 2_000;
const RECENT = 16;

const logger = new Logger('Passwords');
const running = pLimit(MAX_RUNNING);
const recentBcryptMs: number[] = [];

/** What the password of an unknown e-mail is compared with, so that it takes as long as a wrong one. */
let nobody: Promise<string> | undefined;

type Verifier = () => Promise<boolean>;

/**
 * @returns a PHC string (argon2id, random salt of 16 bytes) of the password in NFC, never cut
 * @throws Problem 503 while too many others wait
 */
export async function hashPassword(password: string): Promise<string> {
  const text = password.normalize('NFC');
  if (Buffer.byteLength(text) > MAX_BYTES) throw new RangeError(`A password has at most ${MAX_BYTES} bytes`);
  return queued(() => hash(text, COST));
}

/**
 * Takes the same time whether or not there is a hash to compare with.
 * @param passwordHash argon2id as a PHC string, or bcrypt as the former service stored it
 * @param evenly whether there may be bcrypt hashes about: no failure is then faster than one of those would be
 * @throws Problem 503 while too many others wait
 */
export async function verifyPassword(
  password: string,
  passwordHash: string | undefined,
  { evenly = false }: { evenly?: boolean } = {},
): Promise<boolean> {
  const normalized = password.normalize('NFC');
  if (Buffer.byteLength(normalized) > MAX_BYTES) return false;
  const spellings = [...new Set([password, normalized])];
  nobody ??= hash('nobody has this password', COST);
  const dummy = await nobody;
  let began = 0;
  const matches = await queued(async () => {
    began = performance.now();
    const verifier = passwordHash === undefined ? undefined : verifierOf(passwordHash, spellings);
    if (verifier) return verifier();
    await verifyArgon2(dummy, normalized);
    return false;
  });
  if (!matches && evenly) {
    const floor = Math.max(BCRYPT_MS, ...recentBcryptMs) * spellings.length;
    await delay(began + floor - performance.now());
  }
  return matches;
}

/** Whether a hash should be replaced at the next chance: not of the kind and cost that `hashPassword` makes. */
export function isOutdated(passwordHash: string): boolean {
  if (!passwordHash.startsWith('$argon2id$')) return true;
  const { memoryCost, timeCost, parallelism } = readArgon2(passwordHash);
  return memoryCost !== COST.memoryCost || timeCost !== COST.timeCost || parallelism !== COST.parallelism;
}

/** @returns undefined for a hash of no known kind, or one that would take unreasonably long */
function verifierOf(passwordHash: string, spellings: string[]): Verifier | undefined {
  try {
    const verifier = argon2Verifier(passwordHash, spellings) ?? bcryptVerifier(passwordHash, spellings);
    if (verifier) return verifier;
  } catch {
    // The libraries throw for what they cannot read.
  }
  logger.error('A stored password hash is of no known kind or costs too much; its owner cannot log in.');
  return undefined;
}

function argon2Verifier(passwordHash: string, spellings: string[]): Verifier | undefined {
  if (!passwordHash.startsWith('$argon2id$')) return undefined;
  const { memoryCost, timeCost, parallelism } = readArgon2(passwordHash);
  const isReasonable =
    memoryCost <= MAX_COST.memoryCost && timeCost <= MAX_COST.timeCost && parallelism <= MAX_COST.parallelism;
  const normalized = spellings.at(-1) ?? '';
  return isReasonable ? () => verifyArgon2(passwordHash, normalized) : undefined;
}

/** The former service hashed what was typed, in whatever normal form: it is right in this one or in NFC. */
function bcryptVerifier(passwordHash: string, spellings: string[]): Verifier | undefined {
  if (!/^\$2[aby]\$/.test(passwordHash) || readBcrypt(passwordHash).cost > MAX_COST.bcrypt) return undefined;
  return async () => {
    for (const spelling of spellings) {
      const began = performance.now();
      const bytes = Buffer.from(spelling).subarray(0, BCRYPT_BYTES);
      const matches = await verifyBcrypt(bytes, passwordHash);
      recentBcryptMs.unshift(Math.min(performance.now() - began, MAX_BCRYPT_MS));
      recentBcryptMs.splice(RECENT);
      if (matches) return true;
    }
    return false;
  };
}

/** The work itself is done beside the event loop, but it wants the same cores. */
async function queued<T>(work: () => Promise<T>): Promise<T> {
  if (running.pendingCount >= MAX_WAITING) throw busy();
  return running(work);
}
