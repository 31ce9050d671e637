/** Characters that end the password, or begin an escape, in a URL. `@` and `:` are read all the same. */
const UNESCAPED = /[#/?\s]|%(?![0-9a-f]{2})/gi;

/** YOUR-PASSWORD, [DB_PASSWORD], insert-your-password-here … in the spellings of the providers' templates. */
const TEMPLATE =
  /^(?:.*\byour[-_ ].*|(?:(?:my|db|database|postgres)[-_ ])?password(?:[-_ ]here)?|pass|secret)$/i;

/** What is wrong with a password as it stands in the URL, without repeating it. */
export function passwordProblem(raw: string): string | undefined {
  if (/^[*•]+$/.test(raw))
    return 'has stars instead of the password, as displays mask it; write the password itself';
  if (isPlaceholder(raw)) {
    return (
      'still has the placeholder of the template instead of the password; write your database password there ' +
      '(forgotten? Supabase: Database > Settings > Reset database password)'
    );
  }
  if (/^\[.*\]$/s.test(raw)) {
    return (
      'still has the square brackets of the template around the password; write the password without them ' +
      '(or, if they belong to it, %5B and %5D)'
    );
  }
  return unescapedProblem(raw);
}

/** Names the characters that must be escaped, and their escapes. */
export function unescapedProblem(raw: string): string | undefined {
  const marks = [...new Set(raw.match(UNESCAPED))];
  if (marks.length === 0) return undefined;
  const list = (items: string[]): string => new Intl.ListFormat('en').format(items);
  const label = (mark: string): string => (/\s/.test(mark) ? 'a blank' : mark);
  const escapes = marks.map((mark) => `${encodeURIComponent(mark)} for ${label(mark)}`);
  return (
    `has ${list(marks.map(label))} in the password, which ${marks.length > 1 ? 'mean' : 'means'} something else in ` +
    `a URL; write ${list(escapes)}, or choose a password of letters and digits`
  );
}

function isPlaceholder(raw: string): boolean {
  if (/^<.*>$/s.test(raw) || /^(?:\$|\{\{)/.test(raw)) return true;
  const words = raw.replace(/^[[{(]+|[\]})]+$/g, '');
  // A plain lower-case `password` is what many local databases really have.
  const loud = words !== raw || words === words.toUpperCase() || /your/i.test(words);
  return loud && TEMPLATE.test(words);
}
