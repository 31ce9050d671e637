import { Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems, ApiUuid } from '../../http/api-responses.js';
import { UuidPipe } from '../../http/id.pipe.js';
import { Idempotent } from '../../http/idempotency/idempotent.decorator.js';
import { MessageView } from '../../http/message.js';
import { SessionOnly } from '../access.decorator.js';
import { From, type Device } from '../device.js';
import { Me, type Learner } from '../learner.js';
import { SessionListView, sessionView } from './session.views.js';
import { SessionsService } from './sessions.service.js';

/** Logins as their owner sees and ends them. An end is seen by the next request, in whatever process. */
@ApiTags('sessions')
@ApiBearerAuth()
@Idempotent()
@ApiProblems(401, 503)
@SessionOnly()
@Controller()
export class SessionsController {
  constructor(private readonly sessions: SessionsService) {}

  @Get('sessions')
  @ApiOperation({
    summary: 'Where you are logged in, the last seen first',
    description: 'Up to 100 sessions that are not over.',
  })
  @ApiOkResponse({ type: SessionListView })
  async list(@Me() me: Learner): Promise<SessionListView> {
    return { items: (await this.sessions.list(me.id)).map((row) => sessionView(row, me.sessionId)) };
  }

  @Delete('sessions/:id')
  @ApiOperation({ summary: 'End one of your sessions', description: 'Its tokens are refused from then on.' })
  @ApiUuid('Session')
  @ApiOkResponse({ type: MessageView })
  async end(
    @Me() me: Learner,
    @Param('id', new UuidPipe('Session')) id: string,
    @From() device: Device,
  ): Promise<MessageView> {
    await this.sessions.end(me.id, id, device);
    return { message: 'Session ended successfully' };
  }

  @Post('logout')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Log out',
    description: 'Ends the session of the request: its tokens are refused from then on.',
  })
  @ApiOkResponse({ type: MessageView })
  async logOut(@Me() me: Learner, @From() device: Device): Promise<MessageView> {
    await this.sessions.logOut(me, device);
    return { message: 'Logged out successfully' };
  }

  @Post('logout/all')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Log out everywhere',
    description: 'Ends all your sessions, this one too. Personal access tokens stay.',
  })
  @ApiOkResponse({ type: MessageView })
  async logOutAll(@Me() me: Learner, @From() device: Device): Promise<MessageView> {
    await this.sessions.logOutAll(me.id, device);
    return { message: 'Logged out everywhere' };
  }
}
