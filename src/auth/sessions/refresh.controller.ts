import { Body, Controller, Header, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../http/api-responses.js';
import { Public } from '../../http/public.js';
import { From, type Device } from '../device.js';
import { LoginView, loginView } from './login.view.js';
import { RefreshDto } from './refresh.dto.js';
import { SessionsService } from './sessions.service.js';

/** Apart from the routes of sessions, since the access token has run out when it is asked. */
@ApiTags('sessions')
@Public()
@Controller('auth')
export class RefreshController {
  constructor(private readonly sessions: SessionsService) {}

  @Post('refresh')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Take the next pair of tokens',
    description:
      'A refresh token is good once. Whoever did not get the answer may ask again within 10 seconds and is given the ' +
      'same successor; a used token that comes back later ends the session.',
  })
  @ApiOkResponse({ type: LoginView })
  @ApiProblems(
    [400, { message: 'Missing required fields: refresh_token', field: 'refresh_token' }],
    [401, { message: 'This refresh token is not good any more, please log in again.' }],
    413,
    415,
    503,
  )
  async refresh(@Body() body: RefreshDto, @From() device: Device): Promise<LoginView> {
    return loginView(await this.sessions.refresh(body.refresh_token, device), 'Tokens refreshed');
  }
}
