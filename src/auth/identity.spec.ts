import { describe, expect, it } from '@jest/globals';
import { foldEmail, foldUsername, normalizeUsername } from './identity.js';
import { mixesScripts } from './look-alikes.js';

describe('two usernames are one', () => {
  it.each([
    ['in another case', 'Ada', 'aDA'],
    ['in another width', 'ada', 'Ａｄａ'],
    ['with a ligature', 'office', 'oﬃce'],
    ['with a composed or decomposed accent', 'andr\u00e9', 'andre\u0301'],
    ['in Cyrillic letters that all look Latin', 'paypax', 'раурах'],
    ['in Cyrillic capitals that all look Latin', 'beata', 'ВЕАТА'],
    ['in Greek capitals that all look Latin', 'NIKO', 'ΝΙΚΟ'],
    ['in Armenian letters that all look Latin', 'ghou', 'ցհօս'],
    ['in small capitals', 'admin', 'ᴀᴅᴍɪɴ'],
    ['with a dotless or a twice dotted i', 'irina', 'ıri\u0307na'],
    ['with kana that look like kanji', '八口ト', 'ハロ卜'],
  ])('%s: %s and %s', (_how, one, other) => {
    expect(foldUsername(normalizeUsername(other))).toBe(foldUsername(normalizeUsername(one)));
  });
});

describe('two usernames are two', () => {
  it.each([
    ['мария', 'mapnr'],
    ['joão', 'joao'],
    ['user1', 'userl'],
    ['o_o', '0_0'],
    ['иван', 'ivan'],
  ])('%s and %s', (one, other) => {
    expect(foldUsername(one)).not.toBe(foldUsername(other));
  });
});

it('a name in ASCII keeps its key: small letters, and nothing else', () => {
  const ascii = String.fromCharCode(...Array.from({ length: 0x7e - 0x20 }, (_, index) => 0x21 + index));
  expect(foldUsername(ascii)).toBe(ascii.toLowerCase());
});

it('no name of 50 characters has a key that the table refuses', () => {
  const long = [];
  for (let point = 0x21; point <= 0x1ffff; point++) {
    if (point >= 0xd800 && point <= 0xdfff) continue;
    const shown = [...normalizeUsername(String.fromCodePoint(point))];
    const key = [...foldUsername(shown.join(''))];
    if (key.length > 2 * Math.max(1, shown.length)) long.push(point);
  }
  expect(long).toEqual([]);
});

describe('a username is in one script', () => {
  it.each([
    ...[
      'ada',
      'ada_lovelace-1.0',
      'wanjikũ',
      'łódź',
      'мария',
      'Ελένη',
      '学習者',
      'ひらがなとカタカナー',
      '김철수',
      '홍길동漢',
    ],
    ...[
      'مريم',
      'דוד',
      'अनिता',
      'ሰላም',
      'สมชาย',
      'Հայկ',
      'ადა',
      '李Anna',
      'ada😀',
      "o'neill",
      'مريم٢٣',
      'ада-99',
    ],
  ])('%s is', (name) => {
    expect(mixesScripts(normalizeUsername(name))).toBe(false);
  });

  it.each([
    ...['аda', 'pаypal', 'аԁmin', 'Αda', 'adа', 'ada৪', 'דודada', '김カナ', 'мариja', 'Հaйk'],
    ...['ᎪᎠᎪ', 'ⲁⲇⲁ', '𐐀𐐁𐐂'],
  ])('%s is not', (name) => {
    expect(mixesScripts(normalizeUsername(name))).toBe(true);
  });
});

describe('an e-mail address', () => {
  it.each([
    ['Ada+Cards@Example.ORG', 'ada+cards@example.org'],
    ['ada@bücher.example', 'ada@xn--bcher-kva.example'],
    ['ａda@example.org', 'ada@example.org'],
  ])('%s is stored as %s', (typed, stored) => {
    expect(foldEmail(typed)).toBe(stored);
  });

  it('with a plus is another one than without', () => {
    expect(foldEmail('ada+cards@example.org')).not.toBe(foldEmail('ada@example.org'));
  });
});
