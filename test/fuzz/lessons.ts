import { sessionOf, type Learner } from './learner.js';

/** A success: what was asked, and what came of it. */
export interface Lesson {
  learner: Learner;
  id: string;
  body: Record<string, any>;
  answer: any;
}

/** What a success says about the learner from then on. */
export const LESSONS: Record<string, (lesson: Lesson) => void> = {
  'POST /login': ({ learner, answer }) => learnSession(learner, answer),
  'POST /auth/refresh': ({ learner, answer }) => learnSession(learner, answer),
  'POST /login/otp/verify': ({ learner, answer }) => {
    delete learner.challenges.login;
    learnSession(learner, answer);
  },
  'POST /login/otp/request': ({ learner, body, answer }) => {
    if (body['email'] !== learner.email || answer.dev_code === undefined) return;
    learner.challenges.login = { otp_id: answer.otp_id, codes: [answer.dev_code], email: learner.email };
  },
  'POST /forgot-password': ({ learner, body, answer }) => {
    if (body['email'] !== learner.email || answer.dev_code === undefined) return;
    learner.challenges.reset = { otp_id: answer.otp_id, codes: [answer.dev_code], email: learner.email };
  },
  'POST /reset-password': ({ learner }) => void (learner.isOver = true),
  'POST /logout': ({ learner }) => void (learner.isOver = true),
  'POST /logout/all': ({ learner }) => void (learner.isOver = true),
  'DELETE /user': ({ learner }) => void (learner.isOver = true),
  'DELETE /sessions/{id}': ({ learner, id }) => {
    learner.lost('session', id);
    learner.isOver = id === learner.session;
  },
  'PUT /user/password': ({ learner, body }) => {
    learner.password = body['new_password'];
    learner.losesSessions(learner.session);
  },
  'PATCH /user': ({ learner, answer }) => void (learner.username = answer.username),
  'POST /user/email': ({ learner, answer }) => {
    const codes = [answer.dev_current_code, answer.dev_new_code];
    learner.challenges.email = { otp_id: answer.otp_id, codes, email: '' };
  },
  'POST /user/email/confirm': ({ learner, answer }) => {
    learner.email = answer.email;
    delete learner.challenges.email;
  },
  'POST /user/two-factor': ({ learner, answer }) => {
    Object.assign(learner.secondFactor, { state: 'begun', secret: answer.secret });
  },
  'POST /user/two-factor/confirm': ({ learner, answer }) => {
    Object.assign(learner.secondFactor, { state: 'on', recoveryCodes: answer.recovery_codes });
  },
  'POST /user/two-factor/recovery-codes': ({ learner, answer }) => {
    Object.assign(learner.secondFactor, { recoveryCodes: answer.recovery_codes });
  },
  'DELETE /user/two-factor': ({ learner }) => {
    Object.assign(learner.secondFactor, { state: 'off', recoveryCodes: [] });
  },
  'POST /tokens': ({ learner, answer }) => {
    learner.owns('token', answer.id);
    learner.personalToken = answer.token;
  },
  'DELETE /tokens/{id}': ({ learner, id }) => {
    learner.lost('token', id);
    learner.personalToken = undefined;
  },
  'POST /decks': ({ learner, answer }) => learner.owns('deck', answer.id),
  'DELETE /decks/{id}': ({ learner, id }) => learner.lost('deck', id),
  'POST /flashcards': ({ learner, answer }) => learner.owns('card', answer.id, answer.deck_id),
  'DELETE /flashcards/{id}': ({ learner, id }) => learner.lost('card', id),
  'POST /progress': ({ learner, answer }) => {
    if (!answer.tracked) return;
    learner.owns('progress', answer.id, answer.flashcard_id);
    if (answer.review_id !== null) learner.owns('review', answer.review_id, answer.flashcard_id);
  },
  'DELETE /reviews/{id}': ({ learner, id }) => {
    learner.lost('review', id);
    forgetProgress(learner);
  },
  'POST /flashcards/actions': ({ learner, body }) => {
    if (body['action'] === 'forget') forgetProgress(learner);
  },
  'POST /user/fsrs/optimize': ({ learner, answer }) => learner.owns('training', answer.id),
  'POST /user/fsrs/reschedule': ({ learner, answer }) => learner.owns('training', answer.id),
};

function learnSession(learner: Learner, answer: { token?: string; refresh_token?: string }): void {
  if (answer.token === undefined) return; // a second factor is asked for
  learner.owns('session', sessionOf(answer.token));
  learner.refreshToken = answer.refresh_token ?? learner.refreshToken;
}

/** A row may go with the last answer to its card, or stay for other reasons. */
function forgetProgress(learner: Learner): void {
  for (const id of learner.idsOf('progress')) learner.forget('progress', id);
}
