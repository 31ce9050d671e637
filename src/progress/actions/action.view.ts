import { ApiProperty } from '@nestjs/swagger';
import { ACTIONS, type Action } from './action.dto.js';

export class ActionView {
  @ApiProperty({ enum: ACTIONS, example: 'suspend' })
  action: Action;

  @ApiProperty({ type: [Number], description: 'Cards that are now as the action says.', example: [7] })
  done: number[];

  @ApiProperty({ type: [Number], description: 'Ids that are no cards of yours.', example: [8] })
  not_found: number[];
}
