/** At signup and at a change; never at login. Characters are Unicode code points after NFC. */
export const MIN_PASSWORD = 8;
export const MAX_PASSWORD = 256;

export function isAllowedPassword(password: string): boolean {
  const characters = [...password.normalize('NFC')].length;
  return characters >= MIN_PASSWORD && characters <= MAX_PASSWORD;
}
