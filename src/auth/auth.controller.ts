import { Body, Controller, Header, HttpCode, Inject, Post, Res } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { Response } from 'express';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/env.js';
import { ApiProblems } from '../http/api-responses.js';
import { Public } from '../http/public.js';
import { Throttle } from '../throttle/throttle.decorator.js';
import { AuthService } from './auth.service.js';
import { SignupView, VerificationRequiredView } from './auth.views.js';
import { From, type Device } from './device.js';
import { DiscreetSignupService } from './discreet-signup.service.js';
import { LoginDto } from './login.dto.js';
import { SecondFactorRequiredView, secondFactorRequiredView } from './second-factor/second-factor.views.js';
import { TOO_MANY_CODES } from './second-factor/second-factors.service.js';
import { LoginView, loginView } from './sessions/login.view.js';
import { SignupDto } from './signup.dto.js';

const DISCREET_SIGNUP =
  'If this e-mail address is new here, you can log in now. If it has an account already, we have written to it.';

const LOGIN_ANSWERS = [LoginView, VerificationRequiredView, SecondFactorRequiredView];
type LoginAnswer = LoginView | VerificationRequiredView | SecondFactorRequiredView;

@ApiTags('accounts')
@Public()
@Controller()
export class AuthController {
  constructor(
    private readonly auth: AuthService,
    private readonly discreet: DiscreetSignupService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Post('signup')
  @Throttle('signup')
  @ApiOperation({
    summary: 'Make an account',
    description:
      'Log in next: a signup opens no session. With SIGNUP_GENERIC the answer is 202 with a message alone, also when ' +
      'the e-mail address is taken, whose owner is told by mail.',
  })
  @ApiCreatedResponse({ type: SignupView })
  @ApiProblems([400, { message: 'Invalid email format', field: 'email' }], 409, 413, 415, 503)
  async signup(
    @Body() body: SignupDto,
    @From() device: Device,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SignupView | Pick<SignupView, 'message'>> {
    if (this.config.signupGeneric) {
      await this.discreet.signup(body, device);
      response.status(202);
      return { message: DISCREET_SIGNUP };
    }
    const { id, username, email } = await this.auth.signup(body, device);
    return { message: 'User registered successfully', id, username, email };
  }

  @Post('login')
  @Throttle('login')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Log in',
    description:
      'Opens a session of 48 hours with one token, or asks for a code of the second factor where there is one. With `"refresh": true` the token is good for 15 minutes, and a ' +
      'refresh token that comes with it is exchanged for the next pair at `POST /auth/refresh`: the session lasts as ' +
      'long as it is refreshed every 14 days, up to 90 days.',
  })
  @ApiExtraModels(...LOGIN_ANSWERS)
  @ApiOkResponse({
    schema: { oneOf: LOGIN_ANSWERS.map((view) => ({ $ref: getSchemaPath(view) })) },
  })
  @ApiProblems(
    [400, { message: 'Email and password are required', field: 'password' }],
    [401, { message: 'Invalid email or password' }],
    413,
    415,
    [429, { code: 'too_many_codes', message: TOO_MANY_CODES }],
    503,
  )
  async login(@Body() body: LoginDto, @From() device: Device): Promise<LoginAnswer> {
    const { email, password, totp_code, refresh } = body;
    const options = { refresh: refresh ?? false, secondFactor: totp_code ?? undefined, now: new Date() };
    const outcome = await this.auth.login(email, password, device, options);
    if ('challengeId' in outcome) return secondFactorRequiredView(outcome.challengeId);
    if ('verificationRequired' in outcome)
      return { message: 'Please confirm your e-mail address first', verification_required: true };
    return loginView(outcome);
  }
}
