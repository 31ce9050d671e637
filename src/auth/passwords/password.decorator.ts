import { Field } from '../../http/fields.js';
import { MAX_PASSWORD, MAX_TYPED, MIN_PASSWORD } from './password-policy.js';

const isShortText = (value: unknown) => typeof value === 'string' && value.length <= MAX_TYPED;

/** A password to be checked. Its length is bounded before any work is done on it; no rule for new ones applies. */
export const PresentPassword = () =>
  Field(
    { example: 'correct horse battery' },
    { type: 'string', format: 'password', maxLength: MAX_TYPED },
    isShortText,
    `text of 1 to ${MAX_TYPED} characters`,
  );

/** A password to be set. `NewPasswords` decides whether it may be, since that depends on the settings and the owner. */
export const NewPassword = () =>
  Field(
    {
      example: 'correct horse battery',
      description:
        'Any characters; blanks count. Refused: too few (PASSWORD_MIN_LENGTH), common ones, patterns, your own names.',
    },
    { type: 'string', format: 'password', minLength: MIN_PASSWORD, maxLength: MAX_PASSWORD },
    isShortText,
    `text of ${MIN_PASSWORD} to ${MAX_PASSWORD} characters`,
  );
