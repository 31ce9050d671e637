import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Me, type Learner } from '../../auth/learner.js';
import { ApiProblems } from '../../http/api-responses.js';
import { ApiQueueRequest, readQueueRequest } from './queue-request.js';
import { QueueService } from './queue.service.js';
import { QueueView } from './queue.view.js';

@ApiTags('study')
@ApiBearerAuth()
@ApiProblems(401, 503)
@Controller('study')
export class QueueController {
  constructor(private readonly service: QueueService) {}

  @Get('queue')
  @ApiOperation({
    summary: 'What to study now',
    description:
      'Cards that are being learned and due come first, the earliest due first. Then the day’s reviews, as many as its ' +
      'limits leave, with the day’s new cards spread evenly among them: with 200 reviews and 20 new cards, one after ' +
      'every ten. Last come cards that are being learned and due within 20 minutes. Suspended and buried cards are left ' +
      'out. Ask with `at` for what comes later, such as the next days.',
  })
  @ApiQueueRequest()
  @ApiOkResponse({ type: QueueView })
  @ApiProblems(
    [400, { message: 'limit must be a whole number from 1 to 200', field: 'limit' }],
    [404, { message: 'Deck not found' }],
  )
  queue(@Me() me: Learner, @Query() query: Record<string, unknown>): Promise<QueueView> {
    return this.service.queue(me, readQueueRequest(query, new Date()));
  }
}
