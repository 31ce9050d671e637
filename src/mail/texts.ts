import { toHtml } from 'hast-util-to-html';
import { h } from 'hastscript';
import { CODE_MINUTES, type Mail } from './mail.js';

/** A mail as people read it: the same words in both parts. */
export interface Message {
  subject: string;
  text: string;
  html: string;
}

/** Paragraphs, with the code, where there is one, after the first. */
interface Draft {
  subject: string;
  paragraphs: [string, ...string[]];
  code?: string;
}

const GOOD_FOR = `It is good for ${CODE_MINUTES} minutes, once.`;

type MailWithCode = Extract<Mail, { code: string }>;
type Notice = Exclude<Mail, MailWithCode>;

// What each mail says. There is English only, whatever the account's locale; translations would go here.

function codeDraft(mail: MailWithCode): Draft {
  switch (mail.kind) {
    case 'login_code':
      return {
        subject: 'Your code for Flashlearn',
        code: mail.code,
        paragraphs: [
          'Enter this code to log in to Flashlearn:',
          `${GOOD_FOR} If you did not ask for it, you need not do anything: without the code nobody gets in.`,
        ],
      };
    case 'reset_code':
      return {
        subject: 'Choose a new password for Flashlearn',
        code: mail.code,
        paragraphs: [
          'Enter this code to choose a new password:',
          `${GOOD_FOR} If you did not ask for it, you need not do anything: your password stays as it is.`,
        ],
      };
    case 'change_email_old':
      return {
        subject: 'Confirm your new e-mail address',
        code: mail.code,
        paragraphs: [
          `Your Flashlearn account is to belong to the address ${mail.newEmail}. Enter this code, and the one sent there:`,
          `${GOOD_FOR} If this was not you, give the code to nobody and change your password: somebody knows it.`,
        ],
      };
    case 'change_email_new':
      return {
        subject: 'Confirm your new e-mail address',
        code: mail.code,
        paragraphs: [
          'This address is to be used for a Flashlearn account. Enter this code, and the one sent to the present address:',
          `${GOOD_FOR} If you do not know about this, you need not do anything.`,
        ],
      };
  }
}

function noticeDraft(mail: Notice): Draft {
  switch (mail.kind) {
    case 'password_changed':
      return {
        subject: 'Your password was changed',
        paragraphs: [
          'The password of your Flashlearn account was changed, and other devices were logged out.',
          'If this was not you, ask for a new password with “Forgotten password” now.',
        ],
      };
    case 'email_changed':
      return {
        subject: 'Your e-mail address was changed',
        paragraphs: [
          `Your Flashlearn account now belongs to the address ${mail.newEmail}. No more mail comes here.`,
          'If this was not you, please write to whoever runs this service.',
        ],
      };
    case 'already_registered':
      return {
        subject: 'You have a Flashlearn account already',
        paragraphs: [
          'Somebody, perhaps you, wanted to use this e-mail address for a Flashlearn account. It has one already, and ' +
            'nothing was changed.',
          'If it was you, log in with this address, or ask for a new password with “Forgotten password”.',
        ],
      };
    case 'second_factor_changed':
      return {
        subject: mail.enabled ? 'Two-factor authentication is on' : 'Two-factor authentication is off',
        paragraphs: [
          mail.enabled
            ? 'Logging in to your Flashlearn account now takes a code of your authenticator app as well.'
            : 'Logging in to your Flashlearn account takes the password alone again.',
          'If this was not you, ask for a new password with “Forgotten password” now.',
        ],
      };
  }
}

const PAGE =
  'font: 16px/1.5 sans-serif; color: #1a1a1a; background: #ffffff; max-width: 480px; padding: 24px';
const CODE = 'font: bold 32px monospace; letter-spacing: 6px; margin: 24px 0';

/** The mail in words, plain and as HTML; what comes from people is escaped there. */
export function render(mail: Mail): Message {
  const { subject, paragraphs, code } = 'code' in mail ? codeDraft(mail) : noticeDraft(mail);
  const [first, ...rest] = paragraphs;
  const lines = [first, ...(code === undefined ? [] : [`    ${code}`]), ...rest];
  const body = [
    h('p', first),
    ...(code === undefined ? [] : [h('p', { style: CODE }, code)]),
    ...rest.map((paragraph) => h('p', paragraph)),
  ];
  const page = h('html', { lang: 'en' }, [
    h('head', [h('meta', { charSet: 'utf-8' }), h('title', subject)]),
    h('body', { style: PAGE }, body),
  ]);
  return { subject, text: `${lines.join('\n\n')}\n`, html: `<!doctype html>${toHtml(page)}` };
}
