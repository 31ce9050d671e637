import globalTeardown from '../support/global-teardown.js';

export default async function poolerTeardown() {
  await Promise.all((globalThis.testPoolers ?? []).map((pooler) => pooler.stop()));
  await globalTeardown();
}
