import { Controller, Get, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Me, type Learner } from '../../auth/learner.js';
import { ApiId, ApiProblems } from '../../http/api-responses.js';
import { IdPipe } from '../../http/id.pipe.js';
import { ExplanationService } from './explanation.service.js';
import { ExplanationView } from './explanation.view.js';

@ApiTags('flashcards')
@ApiBearerAuth()
@ApiProblems(401, 503)
@Controller('flashcards')
export class ExplanationController {
  constructor(private readonly service: ExplanationService) {}

  @Get(':id/schedule')
  @ApiOperation({
    summary: 'Why a card is due when it is',
    description:
      'Its memory, its last answer, how many days that gave and why, and what the next answer would give.',
  })
  @ApiId('Flashcard')
  @ApiOkResponse({ type: ExplanationView })
  explain(
    @Me() me: Learner,
    @Param('id', new IdPipe('Flashcard')) flashcardId: number,
  ): Promise<ExplanationView> {
    return this.service.explain(me, flashcardId, new Date());
  }
}
