import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MailModule } from '../mail/mail.module.js';
import { AccessTokens } from './access-tokens.js';
import { AccountEvents } from './account-events.service.js';
import { AuthController } from './auth.controller.js';
import { AuthQueries } from './auth.queries.js';
import { AuthService } from './auth.service.js';
import { ChallengesService } from './codes/challenges.service.js';
import { BreachedPasswords } from './passwords/breached-passwords.js';
import { CredentialsQueries } from './passwords/credentials.queries.js';
import { CredentialsService } from './passwords/credentials.service.js';
import { NewPasswords } from './passwords/new-passwords.service.js';
import { PasswordController } from './passwords/password.controller.js';
import { SecondFactorSettings } from './second-factor/second-factor-settings.service.js';
import { SecondFactorController } from './second-factor/second-factor.controller.js';
import { SecondFactorsQueries } from './second-factor/second-factors.queries.js';
import { SecondFactors } from './second-factor/second-factors.service.js';
import { Session } from './session.entity.js';
import { SessionGuard } from './session.guard.js';
import { SessionStrategy } from './session.strategy.js';
import { SessionsService } from './sessions.service.js';
import { User } from './user.entity.js';

/** Who is asking: accounts, sessions, and the guard that stands before every route. */
@Module({
  imports: [TypeOrmModule.forFeature([User, Session]), MailModule],
  controllers: [AuthController, PasswordController, SecondFactorController],
  providers: [
    AuthService,
    AuthQueries,
    ChallengesService,
    CredentialsService,
    CredentialsQueries,
    NewPasswords,
    BreachedPasswords,
    SecondFactors,
    SecondFactorSettings,
    SecondFactorsQueries,
    SessionsService,
    AccountEvents,
    AccessTokens,
    SessionStrategy,
    { provide: APP_GUARD, useClass: SessionGuard },
  ],
  exports: [AuthService, AccountEvents],
})
export class AuthModule {}
