import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { tmpdir } from 'node:os';
import { chromium, type Browser, type Page } from 'playwright-core';
import { startBuiltService, type BuiltService } from '../support/built-service.js';
import { Client } from '../support/client.js';
import { createDatabase, type TestDatabase } from '../support/database.js';

/** A browser that does what the page says, and nothing on its own account. */
const QUIET = [
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const IN_A_CONTAINER = ['--no-sandbox', '--disable-gpu', '--disable-quic'];

const LIST_DECKS = '#operations-decks-decks-list';

let database: TestDatabase;
let service: BuiltService;
let browser: Browser;

beforeAll(async () => {
  database = await createDatabase();
  // As in production, and built: Nest's compiler plugin completes the document only then.
  const env = {
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    DATABASE_URL: database.url,
    JWT_SECRET_KEY: 'kW3vQ8mZ1xR6tB9nY4cL7pD2fH5jS0aG',
  };
  service = startBuiltService(env, tmpdir());
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  browser = await chromium.launch({ executablePath, args: [...QUIET, ...IN_A_CONTAINER] });
});

afterAll(async () => {
  await browser.close();
  service.child.kill('SIGKILL');
  await service.ended;
  await database.drop();
});

it('Swagger UI runs a route as the learner whose token was pasted, also after a reload', async () => {
  const url = await service.url;
  const ada = await new Client(url).signUp('ada');
  await ada.addDeck('Swahili');
  const page = await browser.newPage({ viewport: { width: 1280, height: 1800 } });
  const complaints = await listen(page);

  await page.goto(`${url}/docs`);
  await authorize(page, ada.token ?? '');
  await page.locator(`${LIST_DECKS} .opblock-summary-control`).click();
  expect(await executeListDecks(page)).toEqual({ status: '200', body: expect.stringContaining('"Swahili"') });
  if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT });

  await page.reload(); // the address has the route by now, so that it is open again
  await page.locator('.auth-wrapper .btn.authorize.locked').waitFor();
  expect(await executeListDecks(page)).toEqual({ status: '200', body: expect.stringContaining('"Swahili"') });
  expect(complaints).toEqual([]);
});

/** Gathers whatever a developer would see in red: errors, failed requests, violations of the content security policy. */
async function listen(page: Page): Promise<string[]> {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('requestfailed', (request) => complaints.push(`${request.url()} ${request.failure()?.errorText}`));
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.url()} ${response.status()}`);
  });
  const report = `({ violatedDirective, blockedURI }) => console.error('CSP', violatedDirective, blockedURI)`;
  await page.addInitScript(`document.addEventListener('securitypolicyviolation', ${report})`);
  return complaints;
}

async function authorize(page: Page, token: string): Promise<void> {
  await page.locator('.auth-wrapper .btn.authorize').click();
  const dialog = page.locator('.dialog-ux');
  await dialog.locator('input').fill(token);
  await dialog.locator('button.authorize').click();
  await dialog.locator('button.btn-done').click();
}

/** Runs GET /decks, which is open in the page; what the page then shows. */
async function executeListDecks(page: Page) {
  const route = page.locator(LIST_DECKS);
  await route.locator('button.execute').click();
  const answer = route.locator('.live-responses-table .response').first();
  return {
    status: (await answer.locator('.response-col_status').textContent())?.trim(),
    body: await answer.locator('.highlight-code').first().textContent(),
  };
}
