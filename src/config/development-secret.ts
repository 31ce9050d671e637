import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { signingKey, UNNAMED_KID, type SigningKey } from './signing-keys.js';

/** A secret of this data folder's own, made once, so that tokens survive a restart in development. */
export function developmentKey(dataDir: string): SigningKey {
  const file = join(dataDir, 'jwt-secret');
  mkdirSync(dataDir, { recursive: true });
  try {
    writeFileSync(file, randomBytes(48).toString('base64'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return signingKey(UNNAMED_KID, readFileSync(file, 'utf8'));
}
