import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Me, type Learner } from '../../auth/learner.js';
import { ApiId, ApiProblems } from '../../http/api-responses.js';
import { IdPipe } from '../../http/id.pipe.js';
import { Idempotent } from '../../http/idempotency/idempotent.decorator.js';
import { OptimizeDto, UseParametersDto } from './training.dto.js';
import { TrainingService } from './training.service.js';
import { FsrsView, TrainingView } from './training.views.js';

const RUNNING: [number, { code: string; message: string }] = [
  409,
  { code: 'training_running', message: 'A training is running already.' },
];

@ApiTags('scheduling')
@ApiBearerAuth()
@Idempotent()
@ApiProblems(401, 503)
@Controller('user/fsrs')
export class TrainingController {
  constructor(private readonly training: TrainingService) {}

  @Get()
  @ApiOperation({ summary: 'The weights that schedule your cards, and all that you had before' })
  @ApiOkResponse({ type: FsrsView })
  parameters(@Me() me: Learner): Promise<FsrsView> {
    return this.training.parameters(me);
  }

  @Post('optimize')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Train weights on your own answers',
    description:
      'In the background; ask for the training until its `status` is not `running`. New weights are kept only if they ' +
      'predict answers that they were not trained on, later ones, better than the weights in use do.',
  })
  @ApiAcceptedResponse({ type: TrainingView })
  @ApiProblems(400, RUNNING, 413, 415)
  optimize(@Me() me: Learner, @Body() body: OptimizeDto): Promise<TrainingView> {
    return this.training.optimize(me, body.reschedule ?? false);
  }

  @Post('reschedule')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Recompute all cards with your weights and desired retention of now',
    description: 'In the background, by replaying their reviews.',
  })
  @ApiAcceptedResponse({ type: TrainingView })
  @ApiProblems(400, RUNNING, 413, 415)
  reschedule(@Me() me: Learner): Promise<TrainingView> {
    return this.training.reschedule(me);
  }

  @Post('use')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Go back to weights that you had before',
    description:
      'They hold for the answers from now on; `POST /user/fsrs/reschedule` applies them to all cards.',
  })
  @ApiOkResponse({ type: FsrsView })
  @ApiProblems(400, [404, { message: 'Version not found' }], 413, 415)
  use(@Me() me: Learner, @Body() body: UseParametersDto): Promise<FsrsView> {
    return this.training.use(me, body.version);
  }

  @Get('trainings/:id')
  @ApiOperation({ summary: 'How a training goes, or went' })
  @ApiId('Training')
  @ApiOkResponse({ type: TrainingView })
  find(@Me() me: Learner, @Param('id', new IdPipe('Training')) id: number): Promise<TrainingView> {
    return this.training.find(me, id);
  }
}
