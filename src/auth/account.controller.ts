import { Body, Controller, Delete, Get, Header, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../http/api-responses.js';
import { parseId } from '../http/id.pipe.js';
import { Idempotent } from '../http/idempotency/idempotent.decorator.js';
import { MessageView } from '../http/message.js';
import { AccountEvents } from './account-events.service.js';
import { AccountService } from './account.service.js';
import { ActivityListView, activityView } from './activity.view.js';
import { LeaveDto } from './leave.dto.js';
import { Me, type Learner } from './learner.js';
import { SessionOnly } from './access.decorator.js';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 100;

@ApiTags('accounts')
@ApiBearerAuth()
@Idempotent()
@ApiProblems(401, 503)
@SessionOnly()
@Controller('user')
export class AccountController {
  constructor(
    private readonly accounts: AccountService,
    private readonly events: AccountEvents,
  ) {}

  @Get('activity')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'What happened to your account',
    description: 'Logins, changes and the like of the last 180 days, newest first.',
  })
  @ApiQuery({
    name: 'before',
    required: false,
    description: '`next_before` of the page before; what is no id counts as absent.',
    schema: { type: 'integer', minimum: 1 },
  })
  @ApiQuery({
    name: 'limit',
    required: false,
    schema: { type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT },
  })
  @ApiOkResponse({ type: ActivityListView })
  async activity(@Me() me: Learner, @Query() query: Record<string, unknown>): Promise<ActivityListView> {
    const limit = Math.min(MAX_LIMIT, idIn(query['limit']) ?? DEFAULT_LIMIT);
    const found = await this.events.page(me.id, { before: idIn(query['before']), limit: limit + 1 });
    const items = found.slice(0, limit).map(activityView);
    return { items, next_before: found.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  @Delete()
  @ApiOperation({
    summary: 'Delete your account and everything in it',
    description: 'At once and for good. Take your data along first: `GET /user/export`.',
  })
  @ApiOkResponse({ type: MessageView })
  @ApiProblems([400, { message: 'The current password is wrong', field: 'current_password' }], 413, 415)
  async leave(@Me() me: Learner, @Body() body: LeaveDto): Promise<MessageView> {
    await this.accounts.leave(me, body.current_password);
    return { message: 'Account deleted successfully' };
  }
}

/** A positive integer in a query string; anything else counts as absent. */
function idIn(value: unknown): number | undefined {
  return (typeof value === 'string' && parseId(value)) || undefined;
}
