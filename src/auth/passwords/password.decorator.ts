import { Field } from '../../http/fields.js';

const MAX_TYPED = 1_024;
const isShortText = (value: unknown) => typeof value === 'string' && value.length <= MAX_TYPED;

/** A password to be checked. Its length is bounded before any work is done on it; no rule for new ones applies. */
export const PresentPassword = () =>
  Field(
    { example: 'correct horse battery' },
    { type: 'string', format: 'password', maxLength: MAX_TYPED },
    isShortText,
    `text of 1 to ${MAX_TYPED} characters`,
  );

/** A password to be set. `NewPasswords` decides whether it may be. */
export const NewPassword = () =>
  Field(
    { example: 'correct horse battery' },
    { type: 'string', format: 'password', minLength: 8, maxLength: 256 },
    isShortText,
    'text of 8 to 256 characters',
  );
