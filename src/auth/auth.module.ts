import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MailModule } from '../mail/mail.module.js';
import { ThrottleModule } from '../throttle/throttle.module.js';
import { AccessTokens } from './access-tokens.js';
import { AccountEvents } from './account-events.service.js';
import { AuthController } from './auth.controller.js';
import { AuthQueries } from './auth.queries.js';
import { AuthService } from './auth.service.js';
import { Session } from './session.entity.js';
import { SessionGuard } from './session.guard.js';
import { SessionStrategy } from './session.strategy.js';
import { SessionsService } from './sessions.service.js';
import { User } from './user.entity.js';

/** Who is asking: accounts, sessions, and the guard that stands before every route. */
@Module({
  imports: [TypeOrmModule.forFeature([User, Session]), MailModule, ThrottleModule],
  controllers: [AuthController],
  providers: [
    AuthService,
    AuthQueries,
    SessionsService,
    AccountEvents,
    AccessTokens,
    SessionStrategy,
    { provide: APP_GUARD, useClass: SessionGuard },
  ],
  exports: [AuthService, AccountEvents],
})
export class AuthModule {}
