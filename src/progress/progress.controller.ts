import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import { NeedsScope } from '../auth/access.decorator.js';
import { Me, type Learner } from '../auth/learner.js';
import { ApiId, ApiProblems } from '../http/api-responses.js';
import { IdPipe } from '../http/id.pipe.js';
import { Idempotent } from '../http/idempotency/idempotent.decorator.js';
import { MessageView } from '../http/message.js';
import { ProgressService } from './progress.service.js';
import { ProgressView, ReviewedView } from './progress.view.js';
import { ReplayService } from './replay.service.js';
import { ReviewDto } from './review.dto.js';
import { VerdictView, verdictView } from './verdict.view.js';

/** The classic clients take anything but an array for "nothing yet". */
const NOTHING = { message: 'No progress found.' };

/** As many answers as a request may replay; the command line replays any number. */
const VERIFIED_ENTRIES = 100_000;

function ApiProgressList() {
  return ApiOkResponse({
    description: 'The studied cards, or a message when there are none.',
    schema: {
      oneOf: [
        { type: 'array', items: { $ref: getSchemaPath(ProgressView) } },
        { $ref: getSchemaPath(MessageView) },
      ],
    },
  });
}

@ApiTags('progress')
@ApiBearerAuth()
@Idempotent()
@ApiProblems(401, 503)
@ApiExtraModels(ProgressView, MessageView)
@Controller('progress')
export class ProgressController {
  constructor(
    private readonly progress: ProgressService,
    private readonly replays: ReplayService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Progress on every studied card' })
  @ApiProgressList()
  async list(@Me() me: Learner): Promise<ProgressView[] | MessageView> {
    return orNothing(await this.progress.list(me.id));
  }

  @Get('deck/:id')
  @ApiOperation({
    summary: 'Progress on the studied cards of a deck',
    description: 'Of a deck that is not yours, or not any more, there is none.',
  })
  @ApiId('Deck')
  @ApiProgressList()
  async ofDeck(@Me() me: Learner, @Param('id', new IdPipe('Deck')) deckId: number) {
    return orNothing(await this.progress.list(me.id, { deckId }));
  }

  @Get('flashcard/:id')
  @ApiOperation({
    summary: 'Progress on one card',
    description: 'On a card that is not yours, or not any more, there is none.',
  })
  @ApiId('Flashcard')
  @ApiProgressList()
  async ofFlashcard(@Me() me: Learner, @Param('id', new IdPipe('Flashcard')) flashcardId: number) {
    return orNothing(await this.progress.list(me.id, { flashcardId }));
  }

  @Get('verify')
  @ApiOperation({
    summary: 'Replay your whole log and compare',
    description: `Computes every card, counter and study day once more; of at most some ${VERIFIED_ENTRIES} answers.`,
  })
  @ApiOkResponse({ type: VerdictView })
  async verify(@Me() me: Learner): Promise<VerdictView> {
    return verdictView(await this.replays.verify(me, VERIFIED_ENTRIES));
  }

  @Get(':id')
  @ApiOperation({ summary: 'One progress row' })
  @ApiId('Progress')
  @ApiOkResponse({ type: ProgressView })
  find(@Me() me: Learner, @Param('id', new IdPipe('Progress')) id: number): Promise<ProgressView> {
    return this.progress.find(me.id, id);
  }

  @Post()
  @HttpCode(200)
  @NeedsScope('review')
  @ApiOperation({
    summary: 'Record one answer',
    description:
      'Appends to the review log and reschedules the card. An answer that was given offline says when by `reviewed_at`, ' +
      'and one with a `client_id` may be sent again.',
  })
  @ApiOkResponse({ type: ReviewedView })
  @ApiProblems(
    [400, { message: 'was_correct must be true or false', field: 'was_correct' }],
    [404, { message: 'Flashcard not found' }],
    [
      409,
      {
        code: 'client_id_reused',
        message: 'client_id already stands for a review of another card.',
      },
    ],
    413,
    415,
  )
  review(@Me() me: Learner, @Body() body: ReviewDto): Promise<ReviewedView> {
    return body.track_reviews === false
      ? this.progress.unrecorded(me.id, body.flashcard_id)
      : this.progress.record(me, body, new Date());
  }
}

function orNothing(rows: ProgressView[]): ProgressView[] | MessageView {
  return rows.length > 0 ? rows : NOTHING;
}
