import type { Config } from '../../config/env.js';
import { failed, ok, warning, type Finding } from './finding.js';

const MINIMUM = [20, 19] as const;

/** Last day of security fixes: https://github.com/nodejs/Release. Odd versions up to 25 end half a year after they came out. */
const END_OF_LIFE: Record<number, string> = {
  20: '2026-04-30',
  21: '2024-06-01',
  22: '2027-04-30',
  23: '2025-06-01',
  24: '2028-04-30',
  25: '2026-06-01',
  26: '2029-04-30',
};

/** @param version such as 24.11.0 */
export function checkNode(version: string, now: Date): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1])) {
    return failed('node', `Node.js ${version} is too old`, `Install version ${MINIMUM.join('.')} or newer`);
  }
  const end = END_OF_LIFE[major];
  if (end === undefined || now <= new Date(`${end}T23:59:59Z`)) return ok('node', `Node.js ${version}`);
  return warning(
    'node',
    `Node.js ${version} has had no security fixes since ${end}`,
    'Install a maintained version: https://nodejs.org/en/download',
  );
}

/** The variables that need no database. `env` is what `config` was read from. */
export function checkSettings(config: Config, problems: string[], env: NodeJS.ProcessEnv): Finding[] {
  const mode = config.production ? 'production' : 'development';
  const isWrong = (name: string) => problems.some((problem) => problem.startsWith(name));
  return [
    ...(problems.length === 0 ? [ok('configuration', `The configuration for ${mode} is complete`)] : []),
    ...problems.map((problem) => failed('configuration', problem)),
    ...(isWrong('JWT_SECRET_KEY') ? [] : [checkSecret(config)]),
    ...(isWrong('CORS_ORIGINS') ? [] : [checkOrigins(config)]),
    ...(isWrong('TRUST_PROXY') ? [] : [checkProxies(config, Boolean(env.RENDER?.trim()))]),
  ];
}

/** Strength is checked when the configuration is read. */
function checkSecret({ signingKeys, dataDir }: Config): Finding {
  const [first, ...others] = signingKeys;
  if (first === undefined)
    return ok('secret', `Tokens are signed with a development secret made in ${dataDir}`);
  const rotation = others.length > 0 ? `; the first signs, ${others.length} more accepted` : '';
  return ok('secret', `JWT_SECRET_KEY is set and long enough${rotation}`);
}

function checkOrigins({ production, corsOrigins }: Config): Finding {
  const insecure = corsOrigins.filter((origin) => origin.startsWith('http://'));
  if (production && corsOrigins.length === 0) {
    return warning(
      'cors',
      'No web page may call the API from a browser',
      'If there is a web client, set CORS_ORIGINS to its origin, such as https://app.example.org',
    );
  }
  if (production && insecure.length > 0) {
    return warning(
      'cors',
      `CORS_ORIGINS admits unencrypted pages: ${insecure.join(', ')}`,
      'Serve them over https:// and write that, or remove what is for development only',
    );
  }
  return ok('cors', `Web pages of ${corsOrigins.join(', ')} may call the API`);
}

/** In front of a service on Render stand its own proxy and Cloudflare's. */
const PROXIES_OF_RENDER = 2;

function checkProxies({ trustProxy }: Config, onRender: boolean): Finding {
  if (!onRender || trustProxy === PROXIES_OF_RENDER) {
    return ok('proxies', `Proxies that are believed about a client's address (TRUST_PROXY): ${trustProxy}`);
  }
  const consequence =
    trustProxy > PROXIES_OF_RENDER
      ? 'clients can choose the address they are counted under'
      : 'all clients look like a few, and share their limits';
  return warning(
    'proxies',
    `TRUST_PROXY is ${trustProxy} on Render: ${consequence}`,
    'Remove it, or set it to 2',
  );
}
