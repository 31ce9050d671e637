import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Me, type Learner } from '../../auth/learner.js';
import { ApiProblems } from '../../http/api-responses.js';
import { Idempotent } from '../../http/idempotency/idempotent.decorator.js';
import { ActionDto } from './action.dto.js';
import { ActionView } from './action.view.js';
import { ActionsService } from './actions.service.js';

/** Under /flashcards, but some actions are lines in the review log, which the module of the flashcards does not know. */
@ApiTags('flashcards')
@ApiBearerAuth()
@Idempotent()
@ApiProblems(401, 503)
@Controller('flashcards')
export class ActionsController {
  constructor(private readonly actions: ActionsService) {}

  @Post('actions')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Do something to many cards at once',
    description:
      '`suspend` keeps cards out of the queue until `unsuspend`; `bury` until tomorrow or `unbury`. `flag` marks them. ' +
      '`forget` makes them new again; their past answers stay in the statistics. `set_due` sets the day on which they ' +
      'are due. All of it happens, or nothing; ids that are no cards of yours are listed and change nothing.',
  })
  @ApiOkResponse({ type: ActionView })
  @ApiProblems(
    [400, { message: 'flashcard_ids must be an array of 1 to 1000 ids', field: 'flashcard_ids' }],
    413,
    415,
  )
  apply(@Me() me: Learner, @Body() body: ActionDto): Promise<ActionView> {
    return this.actions.apply(me, body, new Date());
  }
}
