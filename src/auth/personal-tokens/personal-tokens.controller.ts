import { Body, Controller, Delete, Get, Header, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiId, ApiProblems } from '../../http/api-responses.js';
import { IdPipe } from '../../http/id.pipe.js';
import { Idempotent } from '../../http/idempotency/idempotent.decorator.js';
import { MessageView } from '../../http/message.js';
import { SessionOnly } from '../access.decorator.js';
import { From, type Device } from '../device.js';
import { Me, type Learner } from '../learner.js';
import { NewPersonalTokenDto } from './personal-token.dto.js';
import { NewPersonalTokenView, PersonalTokenListView, personalTokenView } from './personal-token.views.js';
import { PersonalTokensService } from './personal-tokens.service.js';

@ApiTags('tokens')
@ApiBearerAuth()
@Idempotent()
@ApiProblems(401, 503)
@SessionOnly()
@Controller('tokens')
export class PersonalTokensController {
  constructor(private readonly tokens: PersonalTokensService) {}

  @Get()
  @ApiOperation({ summary: 'Your personal access tokens, the newest first' })
  @ApiOkResponse({ type: PersonalTokenListView })
  async list(@Me() me: Learner): Promise<PersonalTokenListView> {
    return { items: (await this.tokens.list(me.id)).map(personalTokenView) };
  }

  @Post()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Make a personal access token',
    description: 'For scripts and integrations. It is accepted wherever a login is, as far as its scopes go.',
  })
  @ApiCreatedResponse({ type: NewPersonalTokenView })
  @ApiProblems(
    [400, { message: 'scopes must be a list of read, write, review, each at most once', field: 'scopes' }],
    [409, { code: 'too_many_tokens', message: 'You have 50 access tokens already.' }],
    413,
    415,
  )
  async create(
    @Me() me: Learner,
    @Body() body: NewPersonalTokenDto,
    @From() device: Device,
  ): Promise<NewPersonalTokenView> {
    const { name, scopes, expires_at, expires_in_days } = body;
    const wanted = {
      name,
      scopes,
      expiresAt: expires_at ? new Date(expires_at) : undefined,
      expiresInDays: expires_in_days ?? undefined,
    };
    const { row, token } = await this.tokens.create(me.id, wanted, device, new Date());
    return { ...personalTokenView(row), token };
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Delete a personal access token', description: 'It is refused from then on.' })
  @ApiId('Token')
  @ApiOkResponse({ type: MessageView })
  async revoke(
    @Me() me: Learner,
    @Param('id', new IdPipe('Token')) id: number,
    @From() device: Device,
  ): Promise<MessageView> {
    await this.tokens.revoke(me.id, id, device);
    return { message: 'Token deleted successfully' };
  }
}
