import { Body, Controller, Header, HttpCode, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../http/api-responses.js';
import { Public } from '../http/public.js';
import { Throttle } from '../throttle/throttle.decorator.js';
import { AuthService } from './auth.service.js';
import { SignupView } from './auth.views.js';
import { From, type Device } from './device.js';
import { LoginDto } from './login.dto.js';
import { LoginView, loginView } from './sessions/login.view.js';
import { SignupDto } from './signup.dto.js';

@ApiTags('accounts')
@Public()
@Controller()
export class AuthController {
  constructor(private readonly auth: AuthService) {}

  @Post('signup')
  @Throttle('signup')
  @ApiOperation({ summary: 'Make an account', description: 'Log in next: a signup opens no session.' })
  @ApiCreatedResponse({ type: SignupView })
  @ApiProblems([400, { message: 'Invalid email format', field: 'email' }], 409, 413, 415, 503)
  async signup(@Body() body: SignupDto, @From() device: Device): Promise<SignupView> {
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
      'Opens a session of 48 hours with one token. With `"refresh": true` the token is good for 15 minutes, and a ' +
      'refresh token that comes with it is exchanged for the next pair at `POST /auth/refresh`: the session lasts as ' +
      'long as it is refreshed every 14 days, up to 90 days.',
  })
  @ApiOkResponse({ type: LoginView })
  @ApiProblems(
    [400, { message: 'Email and password are required', field: 'password' }],
    [401, { message: 'Invalid email or password' }],
    413,
    415,
    503,
  )
  async login(@Body() body: LoginDto, @From() device: Device): Promise<LoginView> {
    const { email, password, refresh } = body;
    return loginView(await this.auth.login(email, password, device, { refresh: refresh ?? false }));
  }
}
