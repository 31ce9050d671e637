import { describe, expect, it } from '@jest/globals';
import { refusalOf } from './password-policy.js';

const OWNER = { username: 'wanjiku', email: 'amina.kiprotich+cards@mail.kijani.example' };
const refusal = (password: string, minLength = 8) => refusalOf(password, OWNER, minLength);

describe('a new password', () => {
  it.each([
    'correct horse battery',
    'learn every day',
    'siri kubwa',
    'contraseña sí',
    '密码学习者很喜欢猫',
    'gT7#kq9!',
    '        .       ,   x', // blanks count as characters, and are not cut off
    'abc123xyz789', // four things to remember
    'sunshine over Nairobi', // a common word is only refused alone
    'wanjiku likes tea',
    'correct horse battery'.repeat(12), // repetition of what is good by itself
  ])('%j is allowed', async (password) => {
    expect(await refusal(password)).toBeUndefined();
  });

  it.each([['', 'a\u0301'.repeat(7), '1234567', '😀😀😀😀', 'x'.repeat(257), '😀'.repeat(257)]])(
    'has 8 to 256 characters, counted in NFC: %j',
    async (...passwords) => {
      for (const password of passwords)
        expect(await refusal(password)).toBe('Password must be between 8 and 256 characters');
    },
  );

  it('has as many characters as the operator asks for', async () => {
    expect(await refusal('correct horse', 15)).toBe('Password must be between 15 and 256 characters');
    expect(await refusal('correct horse b', 15)).toBeUndefined();
    expect(await refusal('correct horse' + 'correct horse', 15)).toMatch(/pattern/);
  });

  it.each([
    ...['aaaaaaaa', '        ', 'abcabcabc', 'abcabcabca', 'xk9dxk9dxk9d', 'x'.repeat(256), 'aaaabbbb'],
    ...['12345678', '87654321', 'abcdefgh', 'ABCDEFGH', 'zyxwvutsr', 'абвгдежз', '🀀🀁🀂🀃🀄🀅🀆🀇'],
    ...[
      'qwertyuiop',
      'poiuytrewq',
      'qwertzuiop',
      'azertyuiop',
      'asdfghjkl',
      '1qaz2wsx3edc',
      '!qazxsw2',
      '741852963',
    ],
    ...['abcd1234', 'qwerty12345', '111222333', 'qweasdzxc'],
  ])('%j is a pattern', async (password) => {
    expect(await refusal(password)).toBe(
      'Password must not be a pattern such as aaaaaaaa, abcabcabc, 12345678 or qwertyuiop',
    );
  });

  it.each([
    'password',
    'PassWord',
    'iloveyou',
    'trustno1',
    'sunshine2024',
    'sunshine!',
    'basketballbasketball',
  ])('%j is common', async (password) => {
    expect(await refusal(password)).toBe('This password is among the most common, please choose another');
  });

  it.each([
    ...['wanjiku1', 'WANJIKU2024', '2024wanjiku', 'wanjikuwanjiku1', 'Flashlearn', 'flashlearn123'],
    ...[
      'amina.kiprotich',
      'kiprotich1815',
      'kijani99',
      'amina.kiprotich+cards@mail.kijani.example',
      'kiprotichcards',
    ],
  ])('%j is made of names', async (password) => {
    expect(await refusal(password)).toBe(
      'Password must not be made of your username, your e-mail address or the name Flashlearn',
    );
  });

  it('is judged in milliseconds, however long and contrived', async () => {
    await refusal('loads the lists');
    const began = performance.now();
    for (const password of ['a'.repeat(255) + 'b', 'ab'.repeat(127) + 'ba', '1qaz'.repeat(63) + '!'])
      await refusal(password);
    expect(performance.now() - began).toBeLessThan(200);
  });
});
