import { knownPasswords } from './known-passwords.js';
import { countThings, repeatedUnit } from './patterns.js';

/** Characters are Unicode code points after NFC. Operators may ask for more, see PASSWORD_MIN_LENGTH. */
export const MIN_PASSWORD = 8;
export const MAX_PASSWORD = 256;

/** The most that is looked at of a password, in UTF-16 units, before any work is done on it. */
export const MAX_TYPED = 1_024;

/** A text of fewer things than this, such as `abcd1234`, is a pattern. */
const FEWEST_THINGS = 4;

/** As many characters beside a word or a name do not make it a good password: `sunshine2024`. */
const DECORATION = 4;

const SHORTEST_NAME = 3;

/** Whose password it is to be. */
export interface Owner {
  username: string;
  email: string;
}

/**
 * Whether a password may be chosen; asked at signup and at a change, never at login. There are no rules about kinds of
 * characters (NIST SP 800-63B-4, 3.1.1.2).
 * @returns a sentence that says what is wrong, or undefined
 */
export async function refusalOf(
  password: string,
  owner: Owner,
  minLength: number,
): Promise<string | undefined> {
  const text = password.normalize('NFC');
  const length = [...text].length;
  if (length < minLength || length > MAX_PASSWORD)
    return `Password must be between ${minLength} and ${MAX_PASSWORD} characters`;
  const folded = text.toLowerCase();
  const { words, neighbours } = await knownPasswords();
  const unit = repeatedUnit([...folded]);
  if (unit.length < minLength || countThings(unit, neighbours) < FEWEST_THINGS)
    return 'Password must not be a pattern such as aaaaaaaa, abcabcabc, 12345678 or qwertyuiop';
  if (isCommon(unit.join(''), words)) return 'This password is among the most common, please choose another';
  if (isMadeOfNames(folded, owner))
    return 'Password must not be made of your username, your e-mail address or the name Flashlearn';
  return undefined;
}

function isCommon(text: string, words: ReadonlySet<string>): boolean {
  return words.has(text) || words.has(text.replace(END, ''));
}

/** What is put behind a word so that it is not the word. */
const END = new RegExp(`\\P{L}{1,${DECORATION}}$`, 'u');

function isMadeOfNames(folded: string, owner: Owner): boolean {
  const names = namesOf(owner).filter((name) => folded.includes(name));
  const rest = names.reduce((text, name) => text.replaceAll(name, ''), folded);
  return names.length > 0 && [...rest].length <= DECORATION;
}

/** The longest first, so that no part of a name hides the whole. */
function namesOf({ username, email }: Owner): string[] {
  const [local = '', domain = ''] = email.split('@');
  return ['flashlearn', username, email, local, ...local.split(/[.+_-]/), domain, ...domain.split('.')]
    .map((name) => name.normalize('NFC').toLowerCase())
    .filter((name) => name.length >= SHORTEST_NAME)
    .sort((a, b) => b.length - a.length);
}
