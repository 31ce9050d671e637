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
import { PersonalTokensController } from './personal-tokens/personal-tokens.controller.js';
import { PersonalTokensQueries } from './personal-tokens/personal-tokens.queries.js';
import { PersonalTokensService } from './personal-tokens/personal-tokens.service.js';
import { BreachedPasswords } from './passwords/breached-passwords.js';
import { CredentialsQueries } from './passwords/credentials.queries.js';
import { PasswordController } from './passwords/password.controller.js';
import { SecondFactorSettings } from './second-factor/second-factor-settings.service.js';
import { SecondFactorController } from './second-factor/second-factor.controller.js';
import { SecondFactorsQueries } from './second-factor/second-factors.queries.js';
import { SecondFactors } from './second-factor/second-factors.service.js';
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
    CodeLoginController,
    PasswordResetController,
    EmailChangeController,
    PasswordController,
    SecondFactorController,
  ],
  providers: [
    AuthService,
    AuthQueries,
    AccountService,
    AccountQueries,
    DiscreetSignupService,
    SessionsService,
    SessionsQueries,
    PersonalTokensService,
    PersonalTokensQueries,
    AccountEvents,
    ChallengesService,
    ChallengesQueries,
    CodeLoginService,
    PasswordResetService,
    EmailChangeService,
    SecondFactors,
    CredentialsService,
    CredentialsQueries,
    NewPasswords,
    BreachedPasswords,
    SecondFactorSettings,
    SecondFactorsQueries,
    AccessTokens,
    SessionStrategy,
    { provide: APP_GUARD, useClass: SessionGuard },
  ],
  exports: [AuthService, AccountService, AccountEvents],
})
export class AuthModule {}
