import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { NeedsScope } from '../../auth/access.decorator.js';
import { Me, type Learner } from '../../auth/learner.js';
import { ApiProblems } from '../../http/api-responses.js';
import { Idempotent } from '../../http/idempotency/idempotent.decorator.js';
import { SimulationDto } from './simulation.dto.js';
import { SimulationService } from './simulation.service.js';
import { SimulationView } from './simulation.view.js';

@ApiTags('scheduling')
@ApiBearerAuth()
@Idempotent()
@ApiProblems(401, 503)
@Controller('study/simulate')
export class SimulationController {
  constructor(private readonly simulation: SimulationService) {}

  @Post()
  @NeedsScope('read')
  @HttpCode(200)
  @ApiOperation({
    summary: 'What other settings would cost and give',
    description:
      'Your cards, studied day by day as you would study them: reviews and minutes a day, and how many cards you would ' +
      'remember. Nothing is stored.',
  })
  @ApiOkResponse({ type: SimulationView })
  @ApiProblems(400, [404, { message: 'Deck not found' }], 413, 415)
  simulate(@Me() me: Learner, @Body() body: SimulationDto): Promise<SimulationView> {
    return this.simulation.simulate(me, body, new Date());
  }
}
