import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MailModule } from '../mail/mail.module.js';
import { AccessTokens } from './access-tokens.js';
import { AccountEvents } from './account-events.service.js';
import { AuthController } from './auth.controller.js';
import { AuthQueries } from './auth.queries.js';
import { AuthService } from './auth.service.js';
import { ChallengesQueries } from './codes/challenges.queries.js';
import { ChallengesService } from './codes/challenges.service.js';
import { CodeLoginController } from './codes/code-login.controller.js';
import { CodeLoginService } from './codes/code-login.service.js';
import { EmailChangeController } from './codes/email-change.controller.js';
import { EmailChangeService } from './codes/email-change.service.js';
import { PasswordResetController } from './codes/password-reset.controller.js';
import { PasswordResetService } from './codes/password-reset.service.js';
import { DiscreetSignupService } from './discreet-signup.service.js';
import { CredentialsService } from './passwords/credentials.service.js';
import { NewPasswords } from './passwords/new-passwords.service.js';
import { SecondFactors } from './second-factor/second-factors.service.js';
import { Session } from './session.entity.js';
import { SessionGuard } from './session.guard.js';
import { SessionStrategy } from './session.strategy.js';
import { SessionsService } from './sessions.service.js';
import { User } from './user.entity.js';

/** Who is asking: accounts, sessions, and the guard that stands before every route. */
@Module({
  imports: [TypeOrmModule.forFeature([User, Session]), MailModule],
  controllers: [AuthController, CodeLoginController, PasswordResetController, EmailChangeController],
  providers: [
    AuthService,
    AuthQueries,
    DiscreetSignupService,
    SessionsService,
    AccountEvents,
    ChallengesService,
    ChallengesQueries,
    CodeLoginService,
    PasswordResetService,
    EmailChangeService,
    SecondFactors,
    CredentialsService,
    NewPasswords,
    AccessTokens,
    SessionStrategy,
    { provide: APP_GUARD, useClass: SessionGuard },
  ],
  exports: [AuthService, AccountEvents],
})
export class AuthModule {}
