import { DatabaseUrlError, FORM, supabaseUri, type DatabaseUrlName } from './database-url-error.js';

/** What people paste around the value, and how the repair is named. A password can stand at neither end. */
const WRAPPINGS: [RegExp, string][] = [
  [/^[\s\u200B-\u200D\u2060]+|[\s\u200B-\u200D\u2060]+$/g, 'the blanks around it removed'],
  [/^["'`“”‘’]+|["'`“”‘’;,]+$/g, 'the quotes around it removed'],
  [
    /^(?:export\s+|set\s+)?[A-Z][A-Z0-9_]*\s*[=:]\s*(?=["'`“‘]*(?:[a-z0-9+]+:\/\/|$))/,
    'the variable name before it removed',
  ],
  [/^psql\s+(?=["'`“‘]*postgres)/, 'the psql command before it removed'],
];

/** postgres://, postgresql+psycopg2:// (SQLAlchemy), pgsql:// (PHP), postgis:// (Django): one protocol under all. */
const SCHEME = /^(?:postgres(?:ql)?(?:\+\w+)?|pgsql|postgis):\/\//i;

/** Values that are no PostgreSQL URL, and what they are. $1 is the name of a scheme, $URI where Supabase shows ours. */
const OTHER_THINGS: [RegExp, string][] = [
  [/^$/, `is empty; write ${FORM}`],
  [/^[$%{]/, `holds a reference that nothing has filled in; write the address itself: ${FORM}`],
  [/^(?:eyJ[\w-]+\.|sb[ps]?_)/, `is an API key, which does not open the database; write ${FORM}`],
  [
    /^https?:\/\/[^/]*supabase\.(?:com|co)\b/i,
    'is the web address of the Supabase project, not of its database; write $URI',
  ],
  [/^https?:/i, `is a web address, not the address of a database; write ${FORM}`],
  [/^jdbc:/i, `is a Java (JDBC) address, which keeps user and password elsewhere; write ${FORM}`],
  [
    /^(mysql|mariadb|mongodb|redis|sqlite|file|mssql|sqlserver|oracle|libsql|cockroachdb|prisma)[+\w]*:/i,
    `is a $1 address, and this service keeps its data in PostgreSQL; write ${FORM}`,
  ],
  [
    /^(?:psql\s|(?:.*[\s;])?(?:host|server|data source|user id|user|dbname)\s*=)/is,
    `is a psql command or a list of settings, not a URL; write the same parts as ${FORM}`,
  ],
];

/**
 * The URL out of what was pasted, starting with `postgresql://`. Each repair is added to `repairs`.
 * @throws DatabaseUrlError when the value is something else.
 */
export function unwrapDatabaseUrl(raw: string, name: DatabaseUrlName, repairs: string[]): string {
  const text = removeWrappings(raw, repairs);
  const scheme = SCHEME.exec(text)?.[0];
  if (scheme === undefined) throw new DatabaseUrlError(name, nameOtherThing(text, name));
  if (/[\r\n]|\s\S*:\/\//.test(text)) {
    throw new DatabaseUrlError(name, 'holds several lines or several URLs; write one URL on one line');
  }
  if (scheme !== 'postgresql://') repairs.push(`postgresql:// for ${scheme}`);
  return `postgresql://${text.slice(scheme.length)}`;
}

/** Until nothing changes: quotes stand around the name, or around the value, or both. */
function removeWrappings(raw: string, repairs: string[]): string {
  let text = raw;
  for (let before; before !== text;) {
    before = text;
    for (const [wrapping, repair] of WRAPPINGS) {
      const inner = text.replace(wrapping, '');
      if (inner !== text && !repairs.includes(repair)) repairs.push(repair);
      text = inner;
    }
  }
  return text;
}

function nameOtherThing(text: string, name: DatabaseUrlName): string {
  for (const [pattern, problem] of OTHER_THINGS) {
    const match = pattern.exec(text);
    if (match) return problem.replace('$1', match[1] ?? '').replace('$URI', supabaseUri(name));
  }
  return `does not start with postgresql://; write ${FORM}`;
}
