import { describe, expect, it } from '@jest/globals';
import type { Mail } from './mail.js';
import { render } from './texts.js';

const newEmail = "o'neil&<b>sons</b>@example.com";
const MAILS: Mail[] = [
  { kind: 'login_code', code: '042917' },
  { kind: 'reset_code', code: '042917' },
  { kind: 'change_email_old', code: '042917', newEmail },
  { kind: 'change_email_new', code: '042917' },
  { kind: 'password_changed' },
  { kind: 'email_changed', newEmail },
  { kind: 'already_registered' },
  { kind: 'second_factor_changed', enabled: true },
  { kind: 'second_factor_changed', enabled: false },
];

/** The words of a page, as a mail program shows them. */
const shown = (html: string) =>
  html
    .slice(html.indexOf('<body'))
    .split('<')
    .map((piece) => piece.slice(piece.indexOf('>') + 1))
    .join(' ')
    .replaceAll('&#x3C;', '<')
    .replaceAll('&#x26;', '&');

describe.each(
  MAILS.map((mail) => [`${mail.kind}${'enabled' in mail ? ` ${mail.enabled}` : ''}`, mail] as const),
)('the mail %s', (_kind, mail) => {
  const { subject, text, html } = render(mail);

  it('says the same in both parts, in short lines of one subject', () => {
    expect(subject).toMatch(/^\p{Lu}[\p{L}\p{N} -]{10,58}$/u);
    expect(shown(html).match(/\S+/g)).toEqual(text.match(/\S+/g));
    expect(text).not.toMatch(/undefined|null|\[object/);
    expect(text.length).toBeLessThan(600);
  });

  it('shows the code, where there is one, on a line of its own and for how long it is good', () => {
    if (!('code' in mail)) return expect(text).not.toMatch(/\d{6}/);
    expect(text).toContain('\n    042917\n');
    expect(html).toMatch(/<p style="[^"]*bold 32px[^"]*">042917<\/p>/);
    expect(text).toContain('good for 10 minutes');
    expect(subject).not.toContain('042917'); // a subject is shown on locked screens
  });

  it('is a page without scripts, pictures or links, in which what people typed is only text', () => {
    expect(html).toMatch(/^<!doctype html><html lang="en">/);
    expect(html).not.toMatch(/<(?:script|img|a|link|b)\b/);
    if ('newEmail' in mail) expect(text).toContain(newEmail);
  });
});
