import type { Config } from './config/env.js';

/** What a person who has just typed `npm start` wants to know; one line in production. */
export function announce(url: string, config: Config, database: string): void {
  const lines = [
    'Flashlearn is running.',
    `  API       ${url}`,
    ...(config.swagger ? [`  Swagger   ${url}/docs`] : []),
    `  Database  ${database}`,
  ];
  const text = config.production ? lines.join(' ').replaceAll(/\s+/g, ' ') : `\n${lines.join('\n')}\n`;
  process.stdout.write(`${text}\n`);
}
