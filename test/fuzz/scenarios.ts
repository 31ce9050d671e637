import { Authenticator } from '../support/authenticator.js';
import type { Learner } from './learner.js';

type Body = Record<string, unknown>;

/** A body that fits what is known of the learner, and the statuses that it may then be answered with. */
export interface Scenario {
  body: Body;
  statuses: number[];
}

/**
 * Whose outcome does not follow from ids alone: what has to do with passwords, codes and tokens, and with fields that only
 * go together in ways that a schema does not say.
 * @param body valid by its schema
 * @param dice 0 to 99
 */
type Script = (learner: Learner, body: Body, dice: number) => Scenario;

export const SCENARIOS: Record<string, Script> = {
  'POST /signup': (learner, body, dice) => {
    if (dice < 10) return { body: { ...body, email: learner.email }, statuses: [409] };
    if (dice < 20) return { body: { ...body, username: learner.username.toUpperCase() }, statuses: [409] };
    if (dice < 25) return { body: { ...body, password: 'password1234' }, statuses: [400] };
    return { body, statuses: [201] };
  },
  'POST /login': (learner, body, dice) => {
    const { email, password, secondFactor } = learner;
    if (dice < 20) return { body, statuses: [401] };
    const mine = { ...body, email, password };
    const isOn = secondFactor.state === 'on' && body['totp_code'] != null;
    return { body: mine, statuses: isOn ? [401, 429] : [200] };
  },
  'POST /auth/refresh': ({ refreshToken }, body, dice) =>
    refreshToken !== undefined && dice < 80
      ? { body: { refresh_token: refreshToken }, statuses: [200, 401] } // a session may have ended meanwhile
      : { body, statuses: [body['refresh_token'] === '' ? 400 : 401] },
  'POST /login/otp/request': (learner, body, dice) => ({
    body: dice < 70 ? { email: learner.email } : body,
    statuses: [200],
  }),
  'POST /forgot-password': (learner, body, dice) => ({
    body: dice < 70 ? { email: learner.email } : body,
    statuses: [200],
  }),
  'POST /login/otp/verify': ({ challenges: { login } }, body, dice) =>
    login && dice < 70
      ? {
          body: { ...body, email: login.email, otp_id: login.otp_id, code: login.codes[0] },
          statuses: [200, 401],
        }
      : { body, statuses: [401] },
  'POST /reset-password': ({ challenges: { reset } }, body, dice) =>
    reset && dice < 50
      ? {
          body: { ...body, email: reset.email, otp_id: reset.otp_id, code: reset.codes[0] },
          statuses: [200, 401],
        }
      : { body, statuses: [401] },
  'POST /user/email': withPassword([200]),
  'POST /user/email/confirm': ({ challenges: { email } }, body, dice) =>
    email && dice < 70
      ? {
          body: { otp_id: email.otp_id, current_code: email.codes[0], new_code: email.codes[1] },
          statuses: [200, 400],
        }
      : { body, statuses: [400] },
  'PUT /user/password': withPassword([200]),
  'DELETE /user': withPassword([200]),
  'POST /user/two-factor': withPassword(({ secondFactor }) => [secondFactor.state === 'on' ? 409 : 201]),
  'POST /user/two-factor/recovery-codes': withPassword(({ secondFactor }) => [
    secondFactor.state === 'on' ? 201 : 409,
  ]),
  'POST /user/two-factor/confirm': ({ secondFactor: { state, secret } }, body, dice) => {
    if (state !== 'begun') return { body, statuses: [409] };
    if (dice < 20) return { body, statuses: [400] };
    return { body: { code: new Authenticator(secret).code() }, statuses: [200] };
  },
  'DELETE /user/two-factor': (learner, body, dice) => {
    const { state, recoveryCodes } = learner.secondFactor;
    const code = dice < 80 ? recoveryCodes[0] : undefined;
    const right = code !== undefined;
    const mine = { ...body, current_password: learner.password, ...(right && { code }) };
    return { body: mine, statuses: state !== 'on' ? [409] : right ? [200] : [400, 429] };
  },
  'POST /tokens': (learner, body) => {
    const { expires_at, ...rest } = body;
    const isBoth = expires_at != null && rest['expires_in_days'] != null;
    return { body: isBoth ? rest : body, statuses: [learner.idsOf('token').length < 50 ? 201 : 409] };
  },
  'PATCH /user': (learner, body, dice) =>
    dice < 10
      ? { body: { ...body, username: learner.username }, statuses: [200] }
      : { body, statuses: [200] },
  'POST /progress': (_learner, body) =>
    body['rating'] == null && body['track_reviews'] !== false
      ? { body: { was_correct: true, ...body }, statuses: [200] }
      : { body: body['track_reviews'] === false ? { was_correct: false, ...body } : body, statuses: [200] },
  'POST /flashcards/actions': (_learner, body, dice) => {
    const { due_date, ...rest } = body;
    return {
      body: {
        ...rest,
        flag: rest['flag'] ?? dice % 8,
        tag: rest['tag'] ?? 'verbs',
        days: rest['days'] ?? dice,
      },
      statuses: [200],
    };
  },
  'POST /user/fsrs/optimize': (_learner, body) => ({ body, statuses: [202, 409] }),
  'POST /user/fsrs/reschedule': (_learner, body) => ({ body, statuses: [202, 409] }),
  'POST /user/fsrs/use': (_learner, _body, dice) =>
    dice < 50 ? { body: { version: 0 }, statuses: [200] } : { body: { version: 999_999 }, statuses: [404] },
};

/** What has to be confirmed with the password: mostly the right one. */
function withPassword(right: number[] | ((learner: Learner) => number[])): Script {
  return (learner, body, dice) =>
    dice < 15
      ? { body, statuses: [400] }
      : {
          body: { ...body, current_password: learner.password },
          statuses: typeof right === 'function' ? right(learner) : right,
        };
}
