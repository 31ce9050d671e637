import { describe, expect, it } from '@jest/globals';
import { examineConfig } from '../../config/env.js';
import { checkNode, checkSettings } from './settings.js';

const CANARY = 'c4nary-Qx7vT2mK9pLw';
const PRODUCTION = {
  NODE_ENV: 'production',
  DATABASE_URL: `postgresql://me:${CANARY}@db/x`,
  JWT_SECRET_KEY: `2027:${CANARY}-${CANARY},2026:old-${CANARY}-${CANARY}`,
};

function check(env: NodeJS.ProcessEnv) {
  const { config, problems } = examineConfig(env);
  return checkSettings(config, problems, env);
}

it.each([
  ['18.20.0', '2026-11-23', 'failed'],
  ['20.18.3', '2026-01-01', 'failed'],
  ['20.19.0', '2026-04-30', 'ok'],
  ['20.19.0', '2026-05-01', 'warning'],
  ['24.11.0', '2026-11-23', 'ok'],
  ['25.1.0', '2026-11-23', 'warning'],
  ['31.0.0', '2026-11-23', 'ok'],
])('Node.js %s on %s: %s', (version, day, status) => {
  expect(checkNode(version, new Date(day)).status).toBe(status);
});

describe('settings', () => {
  it.each([
    ['cors', 'warning', { CORS_ORIGINS: '' }],
    ['cors', 'warning', { CORS_ORIGINS: 'https://a.example,http://b.example' }],
    ['cors', 'ok', { CORS_ORIGINS: 'https://a.example' }],
    ['proxies', 'ok', { TRUST_PROXY: '0' }],
    ['proxies', 'ok', { RENDER: 'true' }],
    ['proxies', 'ok', { RENDER: 'true', TRUST_PROXY: '2' }],
    ['proxies', 'warning', { RENDER: 'true', TRUST_PROXY: '1' }],
    ['proxies', 'warning', { RENDER: 'true', TRUST_PROXY: '3' }],
    ['secret', 'ok', {}],
    ['configuration', 'ok', {}],
  ])('in production, %s: %s for %j', (name, status, env) => {
    const findings = check({ ...PRODUCTION, ...env });
    expect(findings.filter((finding) => finding.check === name)).toMatchObject([{ status }]);
    expect(JSON.stringify(findings)).not.toContain(CANARY);
  });

  it('that are wrong are all named, without their values', () => {
    const findings = check({ PORT: CANARY, JWT_SECRET_KEY: CANARY, LOG_LEVEL: CANARY });
    const failed = findings.filter(({ status }) => status === 'failed');
    expect(failed.map(({ detail }) => detail.split(' ')[0])).toEqual(['PORT', 'JWT_SECRET_KEY', 'LOG_LEVEL']);
    expect(findings.filter(({ check: name }) => name === 'secret')).toEqual([]);
    expect(JSON.stringify(findings)).not.toContain(CANARY);
  });

  it('of which none is set are those of development', () => {
    expect(check({}).map(({ check: name, status }) => [name, status])).toEqual([
      ['configuration', 'ok'],
      ['secret', 'ok'],
      ['cors', 'ok'],
      ['proxies', 'ok'],
    ]);
  });
});
