import { Global, Module } from '@nestjs/common';
import { Idempotency } from './idempotency.js';
import { IdempotencyQueries } from './idempotency.queries.js';

/** Changes that clients may safely send again; `@Idempotent()` names the controllers that offer them. */
@Global()
@Module({ providers: [Idempotency, IdempotencyQueries], exports: [Idempotency] })
export class IdempotencyModule {}
