import { describe, expect, it } from '@jest/globals';
import { DatabaseUrlError, readDatabaseUrl, type DatabaseUrlOptions } from './database-url.js';

const REF = 'abcdefghijklmnopqrst';
const POOLER = 'aws-1-eu-north-1.pooler.supabase.com';
const GOOD = `postgresql://postgres.${REF}:Zqx9pw@${POOLER}:6543/postgres?sslmode=require`;

const FORM = 'postgresql://USER:PASSWORD@HOST:5432/DATABASE';
const SETTINGS = `is a psql command or a list of settings, not a URL; write the same parts as ${FORM}`;
const TEMPLATE =
  'still has the placeholder of the template instead of the password; write your database password there (forgotten? Supabase: Database > Settings > Reset database password)';
const BRACKETS =
  'still has the square brackets of the template around the password; write the password without them (or, if they belong to it, %5B and %5D)';
const PORTS = 'write 5432 (or 6543 for the transaction pooler of Supabase)';
const SEVERAL = 'holds several lines or several URLs; write one URL on one line';

const PRODUCTION: DatabaseUrlOptions = { name: 'DATABASE_URL', onRender: false, production: true };
const MIGRATION: DatabaseUrlOptions = { ...PRODUCTION, name: 'MIGRATION_DATABASE_URL' };

/** Pairs of lines: the value, and indented below it the sentence after the name of the variable. */
function refuses(options: DatabaseUrlOptions, table: string): void {
  const pairs = table.matchAll(/^ *(\S.*)\n *(\S.*)$/gm);
  it.each([...pairs].map(([, raw = '', problem = '']) => [raw, problem]))('%s', (raw, problem) => {
    expectRefusal(raw, problem, options);
  });
}

function expectRefusal(raw: string, problem: string, options = PRODUCTION): void {
  expect(problem).not.toContain('Zq');
  expect(() => readDatabaseUrl(raw, options)).toThrow(new DatabaseUrlError(options.name, problem));
}

describe('a database address is refused, with the remedy, for', () => {
  it.each(['', '  \t\n', '""', 'DATABASE_URL=', "export DATABASE_URL=''"])('emptiness: %j', (raw) => {
    expectRefusal(raw, `is empty; write ${FORM}`);
  });

  it.each([
    `DATABASE_URL="${GOOD}"\n\nDIRECT_URL="${GOOD}"`,
    `${GOOD} ${GOOD}`,
    'postgresql://u:Zqx9pw@db.example.com:54\n32/app',
  ])('several lines or addresses: %j', (raw) => {
    expectRefusal(raw, SEVERAL);
  });

  it('settings on lines, as Supabase shows them for Python and Go', () => {
    expectRefusal(`user=postgres.${REF}\npassword=Zqx9pw\nhost=${POOLER}`, SETTINGS);
  });

  describe('values that are something else:', () => {
    refuses(
      PRODUCTION,
      `
      $DATABASE_URL
        holds a reference that nothing has filled in; write the address itself: ${FORM}
      \${{ secrets.DATABASE_URL }}
        holds a reference that nothing has filled in; write the address itself: ${FORM}
      eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYW5vbiJ9.Zqx9pw
        is an API key, which does not open the database; write ${FORM}
      sb_secret_Zqx9pw
        is an API key, which does not open the database; write ${FORM}
      https://${REF}.supabase.co
        is the web address of the Supabase project, not of its database; write the URI that Supabase shows under Connect > Transaction pooler
      https://example.com/db
        is a web address, not the address of a database; write ${FORM}
      jdbc:postgresql://${POOLER}:5432/postgres?user=postgres.${REF}&password=Zqx9pw
        is a Java (JDBC) address, which keeps user and password elsewhere; write ${FORM}
      mysql+pymysql://u:Zqx9pw@h/d
        is a mysql address, and this service keeps its data in PostgreSQL; write ${FORM}
      mongodb+srv://u:Zqx9pw@h/d
        is a mongodb address, and this service keeps its data in PostgreSQL; write ${FORM}
      sqlite:///app.db
        is a sqlite address, and this service keeps its data in PostgreSQL; write ${FORM}
      rediss://default:Zqx9pw@h:6379
        is a redis address, and this service keeps its data in PostgreSQL; write ${FORM}
      psql -h ${POOLER} -p 6543 -d postgres -U postgres.${REF}
        ${SETTINGS}
      User Id=postgres.${REF};Password=Zqx9pw;Server=${POOLER};Port=5432
        ${SETTINGS}
      Zqx9pw
        does not start with postgresql://; write ${FORM}
      postgres.${REF}:Zqx9pw@${POOLER}:6543/postgres
        does not start with postgresql://; write ${FORM}
      postgresql:/u:Zqx9pw@h/d
        does not start with postgresql://; write ${FORM}
      `,
    );
  });

  describe('passwords that are none, or not escaped:', () => {
    refuses(
      PRODUCTION,
      `
      postgresql://postgres.${REF}:[YOUR-PASSWORD]@${POOLER}:6543/postgres
        ${TEMPLATE}
      postgresql://postgres.${REF}:<PASSWORD>@${POOLER}:6543/postgres
        ${TEMPLATE}
      postgresql://u:<db password>@db.example.com/app
        ${TEMPLATE}
      ${FORM}
        ${TEMPLATE}
      postgresql://u:your_password@localhost/app
        ${TEMPLATE}
      postgresql://u:\${DB_PASSWORD}@localhost/app
        ${TEMPLATE}
      postgresql://u:********@localhost/app
        has stars instead of the password, as displays mask it; write the password itself
      postgresql://postgres.${REF}:[Zqx9pw]@${POOLER}:6543/postgres
        ${BRACKETS}
      postgresql://u:Zq#x9pw@db.example.com:5432/app
        has # in the password, which means something else in a URL; write %23 for #, or choose a password of letters and digits
      postgresql://u:Zq/x9pw@db.example.com:5432/app
        has / in the password, which means something else in a URL; write %2F for /, or choose a password of letters and digits
      postgresql://u:Zq?x9pw@db.example.com:5432/app
        has ? in the password, which means something else in a URL; write %3F for ?, or choose a password of letters and digits
      postgresql://u:Zq x9pw@db.example.com:5432/app
        has a blank in the password, which means something else in a URL; write %20 for a blank, or choose a password of letters and digits
      postgresql://u:Zq%x9pw@db.example.com:5432/app
        has % in the password, which means something else in a URL; write %25 for %, or choose a password of letters and digits
      postgresql://u:Zq@x/9?p#w%@db.example.com:5432/app
        has /, ?, #, and % in the password, which mean something else in a URL; write %2F for /, %3F for ?, %23 for #, and %25 for %, or choose a password of letters and digits
      postgresql://u:Zqx%E99pw@db.example.com/app
        has a % that does not start an escape; write %25 for it
      postgresql://u@db.example.com/app?sslmode=require
        has no password; write ${FORM}
      `,
    );
  });

  describe('missing and misplaced parts:', () => {
    refuses(
      PRODUCTION,
      `
      postgresql://localhost:5432/app
        has no user; write ${FORM}
      postgresql://:Zqx9pw@localhost/app
        has no user; write ${FORM}
      postgresql://u:Zqx9pw/app
        has no user; write ${FORM}
      postgresql://u:Zqx9pw@/app
        has no host; write ${FORM}
      postgresql://u:Zqx9pw@/app?host=/var/run/postgresql
        has host= after the ?; write it before the ?, as in ${FORM}
      postgresql://u@localhost/app?password=Zqx9pw
        has password= after the ?; write it before the ?, as in ${FORM}
      postgresql://u:Zqx9pw@localhost:5432
        has no database name; write it at the end: ${FORM} (in Supabase it is postgres)
      postgresql://u:Zqx9pw@localhost:5432/?sslmode=disable
        has no database name; write it at the end: ${FORM} (in Supabase it is postgres)
      postgresql://u:Zqx9pw@localhost:port/app
        has a port that is not a number; ${PORTS}
      postgresql://u:Zqx9pw@localhost:65432543/app
        has an impossible port; ${PORTS}
      postgresql://u:Zqx9pw@h1:5432,h2:5432/app
        names several hosts; write the one that accepts writes, as in ${FORM}
      postgresql://u:Zqx9pw@localhost/app # mine
        is not put together like a database address; write ${FORM}
      postgresql://postgres.${REF}:Zqx9pw@aws-0-[REGION].pooler.supabase.com:6543/postgres
        still has a placeholder of the template in the host; write the address as your provider shows it
      postgresql://postgres.${REF}:Zqx9pw@aws-N-REGION.pooler.supabase.com:6543/postgres
        still has the placeholder of the template in the host; write the URI that Supabase shows under Connect > Transaction pooler
      postgresql://postgres.[YOUR-PROJECT-REF]:Zqx9pw@${POOLER}:6543/postgres
        still has a placeholder of the template in the user or the database name; write the address as your provider shows it
      postgresql://postgres.REF:Zqx9pw@${POOLER}:6543/postgres
        still has a placeholder of the template in the user or the database name; write the address as your provider shows it
      `,
    );
  });

  describe('what Supabase does not have:', () => {
    refuses(
      PRODUCTION,
      `
      postgresql://postgres.${REF}:Zqx9pw@aws-1-eu-north-1.supabase.com:6543/postgres
        has the host aws-1-eu-north-1.supabase.com, which does not exist; write aws-1-eu-north-1.pooler.supabase.com
      postgresql://postgres.${REF}:Zqx9pw@aws-1-eu-north-1.pooler.supabase.co:6543/postgres
        has the host aws-1-eu-north-1.pooler.supabase.co, which does not exist; write aws-1-eu-north-1.pooler.supabase.com
      postgresql://postgres:Zqx9pw@${REF}.supabase.co:5432/postgres
        has the host ${REF}.supabase.co, which is the web API of the project, not its database; write the URI that Supabase shows under Connect > Transaction pooler
      postgresql://postgres:Zqx9pw@${POOLER}:6543/postgres
        has the user postgres, from which the pooler cannot tell your project; write postgres.REF, where REF is the project's reference (the first part of https://REF.supabase.co)
      postgresql://postgres.${REF}:Zqx9pw@${POOLER}:5433/postgres
        has port 5433, where the pooler of Supabase does not listen; write 6543 (transaction pooler) or 5432 (session pooler)
      postgresql://postgres.${REF}:Zqx9pw@db.${REF}.supabase.co:5432/postgres
        has the user postgres.${REF}, which is for the pooler; write postgres for db.${REF}.supabase.co
      `,
    );
  });

  describe('plaintext and impossible checks:', () => {
    refuses(
      PRODUCTION,
      `
      postgresql://u:Zqx9pw@db.example.com/app
        has no sslmode, so everything would travel unencrypted; write ?sslmode=require at its end
      postgresql://u:Zqx9pw@db.example.com/app?application_name=app
        has no sslmode, so everything would travel unencrypted; write &sslmode=require at its end
      ${GOOD.replace('require', 'disable')}
        has sslmode=disable, so everything would travel unencrypted; write sslmode=require instead
      ${GOOD}d
        has an unknown sslmode; write one of disable, allow, prefer, require, verify-ca, verify-full
      postgresql://u:Zqx9pw@db.example.com/app?sslmode=verify-ca
        has sslmode=verify-ca without a root certificate to check against; set DATABASE_SSL_CA to its path or text
      `,
    );
  });

  describe('migrations over a transaction pooler:', () => {
    refuses(
      MIGRATION,
      `
      https://${REF}.supabase.co
        is the web address of the Supabase project, not of its database; write the URI that Supabase shows under Connect > Session pooler
      ${GOOD}
        uses port 6543, where each transaction may get another connection, and migrations need one of their own; write port 5432
      postgresql://postgres:Zqx9pw@db.${REF}.supabase.co:6543/postgres
        uses port 6543, where each transaction may get another connection, and migrations need one of their own; write port 5432
      `,
    );
  });

  describe('a service on Render:', () => {
    refuses(
      { ...PRODUCTION, onRender: true },
      `
      postgresql://postgres:Zqx9pw@db.${REF}.supabase.co:5432/postgres
        has the host db.${REF}.supabase.co, which has only an IPv6 address, and Render has no IPv6; write the URI that Supabase shows under Connect > Transaction pooler: postgresql://postgres.${REF}:PASSWORD@aws-N-REGION.pooler.supabase.com:6543/postgres
      postgresql://u:Zqx9pw@localhost:5432/app
        points to the machine of the service itself, where Render runs no database; write the address of your hosted database
      `,
    );
  });

  describe('migrations on Render:', () => {
    refuses(
      { ...MIGRATION, onRender: true },
      `
      postgresql://postgres:Zqx9pw@db.${REF}.supabase.co:5432/postgres
        has the host db.${REF}.supabase.co, which has only an IPv6 address, and Render has no IPv6; write the URI that Supabase shows under Connect > Session pooler: postgresql://postgres.${REF}:PASSWORD@aws-N-REGION.pooler.supabase.com:5432/postgres
      `,
    );
  });

  it('a root certificate and no encryption', () => {
    const problem = 'has sslmode=disable although DATABASE_SSL_CA is set; remove one of the two';
    expectRefusal(GOOD.replace('require', 'disable'), problem, { ...PRODUCTION, sslCa: '/ca.crt' });
  });
});
