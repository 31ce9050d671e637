const NAMES: Record<string, number> = {
  'very easy': 1,
  beginner: 1,
  easy: 2,
  intermediate: 2,
  medium: 3,
  normal: 3,
  advanced: 3,
  hard: 4,
  'very hard': 5,
};

export const DIFFICULTY_NAMES = Object.keys(NAMES).sort();

/**
 * A difficulty as clients write it: 1 to 5, the same in text, or a name in any case.
 * @returns 1 (very easy) to 5 (very hard), or the sentence that says what is wrong.
 */
export function readDifficulty(value: unknown): number | string {
  if (typeof value === 'number' && Number.isInteger(value)) {
    return inRange(value) ? value : 'difficulty must be an integer between 1 and 5';
  }
  const text = typeof value === 'string' ? value.trim().toLowerCase() : '';
  if (/^-?\d{1,9}$/.test(text)) return inRange(Number(text)) ? Number(text) : 'difficulty must be 1..5';
  return NAMES[text] ?? `invalid difficulty. Use 1..5 or one of: ${DIFFICULTY_NAMES.join(', ')}`;
}

function inRange(difficulty: number): boolean {
  return difficulty >= 1 && difficulty <= 5;
}
