import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppModule } from '../app.module.js';
import { readConfig, type RunningConfig } from '../config/env.js';
import { describeApi } from '../docs.js';

// `npm run openapi` writes the description of the built API to openapi.json; with --check it only compares, so that
// no change of the API goes unseen in a review. Only the build knows it all: Nest's compiler plugin adds to it.
const file = join(import.meta.dirname, '../../openapi.json');
const described = await describe();
if (!process.argv.includes('--check')) {
  writeFileSync(file, described);
} else if (readFileSync(file, 'utf8') !== described) {
  process.stderr.write(
    'openapi.json is not what the API says now. Run `npm run openapi` and commit the file.\n',
  );
  process.exitCode = 1;
}

/** In preview nothing is constructed, so no database is needed and none is asked. */
async function describe(): Promise<string> {
  const config = readConfig({ DATABASE_URL: 'postgresql://nobody:nothing@localhost/nowhere' });
  const app = await NestFactory.create(AppModule.with(config as RunningConfig), {
    preview: true,
    logger: false,
  });
  return `${JSON.stringify(describeApi(app), null, 2)}\n`;
}
