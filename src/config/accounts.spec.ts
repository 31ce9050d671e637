import { describe, expect, it } from '@jest/globals';
import { readConfig } from './env.js';

const STRICT_PRODUCTION = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgresql://flashlearn:hunter2@database:5432/flashlearn',
  JWT_SECRET_KEY: 'kW3vQ8mZ1xR6tB9nY4cL7pD2fH5jS0aG',
  EMAIL_VERIFICATION: 'required',
};

describe('mail', () => {
  it.each(['ada@example.org', 'Flashlearn <no-reply@example.org>', '<a@b>'])('comes from %s', (MAIL_FROM) => {
    expect(readConfig({ MAIL_FROM }).mailFrom).toBe(MAIL_FROM);
  });

  it.each(['Flashlearn', 'a@b, c@d', 'A <a@b> <c@d>', 'A\nBcc: x <a@b>', '@b', 'a@'])(
    'does not come from %j',
    (MAIL_FROM) => {
      expect(() => readConfig({ MAIL_FROM })).toThrow('MAIL_FROM must be an address, or Name <address>');
    },
  );

  it('must go out in production where a login depends on it', () => {
    expect(() => readConfig(STRICT_PRODUCTION)).toThrow('EMAIL_VERIFICATION=required needs SMTP_URL');
    const mailing = { ...STRICT_PRODUCTION, SMTP_URL: 'smtps://mail.example.org' };
    expect(readConfig(mailing).emailVerification).toBe('required');
  });
});
