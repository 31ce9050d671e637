import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MailModule } from '../mail/mail.module.js';
import { ThrottleModule } from '../throttle/throttle.module.js';
import { AccountEvents } from './account-events.service.js';
import { AccountController } from './account.controller.js';
import { AccountQueries } from './account.queries.js';
import { AccountService } from './account.service.js';
import { AuthController } from './auth.controller.js';
import { AuthQueries } from './auth.queries.js';
import { AuthService } from './auth.service.js';
import { CredentialsService } from './credentials.service.js';
import { PersonalTokensController } from './personal-tokens/personal-tokens.controller.js';
import { PersonalTokensQueries } from './personal-tokens/personal-tokens.queries.js';
import { PersonalTokensService } from './personal-tokens/personal-tokens.service.js';
import { SessionGuard } from './session.guard.js';
import { SessionStrategy } from './session.strategy.js';
import { AccessTokens } from './sessions/access-tokens.js';
import { RefreshController } from './sessions/refresh.controller.js';
import { Session } from './sessions/session.entity.js';
import { SessionsController } from './sessions/sessions.controller.js';
import { SessionsQueries } from './sessions/sessions.queries.js';
import { SessionsService } from './sessions/sessions.service.js';
import { User } from './user.entity.js';

/** Who is asking: accounts, sessions, and the guard that stands before every route. */
@Module({
  imports: [TypeOrmModule.forFeature([User, Session]), MailModule, ThrottleModule],
  controllers: [
    AuthController,
    AccountController,
    RefreshController,
    SessionsController,
    PersonalTokensController,
  ],
  providers: [
    AuthService,
    AuthQueries,
    AccountService,
    AccountQueries,
    CredentialsService,
    SessionsService,
    SessionsQueries,
    PersonalTokensService,
    PersonalTokensQueries,
    AccountEvents,
    AccessTokens,
    SessionStrategy,
    { provide: APP_GUARD, useClass: SessionGuard },
  ],
  exports: [AuthService, AccountService, AccountEvents],
})
export class AuthModule {}
