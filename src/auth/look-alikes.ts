/** In which one name may be written: a script that is in use today, or those that Japanese, Korean and Chinese mix. */
const WRITING_SYSTEMS = [
  ...['Arab', 'Armn', 'Beng', 'Cyrl', 'Deva', 'Ethi', 'Geor', 'Grek', 'Gujr', 'Guru', 'Hebr', 'Khmr', 'Knda'],
  ...['Laoo', 'Mlym', 'Mymr', 'Orya', 'Sinh', 'Taml', 'Telu', 'Thaa', 'Thai', 'Tibt'],
  'Latn Hani Hira Kana',
  'Latn Hani Hang',
  'Latn Hani Bopo',
];

/** UTS 39, 5.2, "highly restrictive"; signs, digits and marks that belong to no script go with each. */
const ONE_WRITING_SYSTEM = new RegExp(
  `^(?:${WRITING_SYSTEMS.map((scripts) => `${anyOf(`Zyyy Zinh ${scripts}`)}+`).join('|')})$`,
  'u',
);
const LATIN_ONLY = new RegExp(`^${anyOf('Zyyy Zinh Latn')}+$`, 'u');

function anyOf(scripts: string): string {
  return `[${scripts.replaceAll(/\w+\s*/g, (script) => `\\p{scx=${script.trim()}}`)}]`;
}

/** Pairs of letters that look the same, the second standing for both, after Unicode's confusables (UTS 39, 4). */
const WITHIN_A_SYSTEM = pairs(
  'ɑa ᴀa ʙb ᴄc ᴅd ᴇe ꜰf ɡg ɢg ʜh ɪi ɩi ᴊj ᴋk ʟl ᴍm ɴn ᴏo ᴘp ꞯq ʀr ꜱs ᴛt ᴜu ʋv ᴠv ᴡw ʏy ᴢz',
  'ロ口 カ力 ニ二 ハ八 エ工 ト卜 タ夕 ー一 ヘへ ベべ ペぺ',
);

/**
 * Letters of other scripts that look Latin. Case does not count in names, so where the capital looks Latin (Н, Ν) the
 * small letter (н, ν) stands for the same.
 */
const OF_OTHER_SCRIPTS = pairs(
  'аa вb ԁd еe ғf һh нh іi јj кk ӏl мm оo рp ԛq ѕs сc тt уy үy ѵv ԝw хx ьb',
  'αa βb γy εe ζz ηh ιi κk μm νn οo ρp σo τt υy χx ωw ϳj',
  'աw գq զq լl հh յj ոn սu տs ցg օo',
);

function pairs(...lists: string[]): Map<string, string> {
  return new Map(lists.flatMap((list) => list.split(' ')).map(([a = '', b = '']) => [a, b]));
}

/** A Cyrillic а among Latin letters deceives; a name all in Cyrillic does not, unless each letter of it looks Latin. */
export function mixesScripts(name: string): boolean {
  return !ONE_WRITING_SYSTEM.test(name);
}

/**
 * What a name looks like, for comparison only. ASCII stays as it is.
 * @param folded in small letters
 */
export function skeleton(folded: string): string {
  const undotted = folded.replaceAll(/(?<=[ij])\u0307/g, ''); // these have a dot already
  const plain = replaced(undotted, WITHIN_A_SYSTEM);
  const latin = replaced(plain, OF_OTHER_SCRIPTS);
  return LATIN_ONLY.test(latin) ? latin : plain;
}

function replaced(text: string, letters: Map<string, string>): string {
  return Array.from(text, (letter) => letters.get(letter) ?? letter).join('');
}
