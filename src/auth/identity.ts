import { domainToASCII } from 'node:url';
import { isEmail } from 'class-validator';
import { skeleton } from './look-alikes.js';

const MAX_EMAIL = 254; // RFC 5321, 4.5.3.1.3
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Z}\p{Co}\p{Cn}]/u;

/** Checked first, since `domainToASCII` reads a URL: it would cut off `/path`, drop line ends and decode `%61`. */
const DOMAIN = /^[\p{L}\p{M}\p{N}.-]+$/u;

/**
 * The form in which an e-mail address is stored and compared: trimmed, NFKC, lower case, an international domain
 * in its ASCII form.
 * @returns undefined when it is no address.
 */
export function foldEmail(text: string): string | undefined {
  if (text.length > 2 * MAX_EMAIL) return undefined;
  const email = text.trim().normalize('NFKC').toLowerCase();
  const at = email.lastIndexOf('@');
  const domain = email.slice(at + 1);
  if (hasInvisible(email) || !DOMAIN.test(domain)) return undefined;
  const folded = `${email.slice(0, at)}@${domainToASCII(domain)}`;
  return folded.length <= MAX_EMAIL && isEmail(folded) ? folded : undefined;
}

/** The form in which usernames are shown: trimmed, compatibility variants (full width, ligatures) made plain. */
export function normalizeUsername(text: string): string {
  return text.trim().normalize('NFKC');
}

/** The form in which usernames are compared: names that differ only in case, or that look the same, are one. */
export function foldUsername(username: string): string {
  return skeleton(username.toUpperCase().toLowerCase().normalize('NFKC'));
}

/** Blanks and characters that nobody sees would let one name look like another. */
export function hasInvisible(username: string): boolean {
  return INVISIBLE.test(username);
}
