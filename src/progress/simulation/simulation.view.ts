import { ApiProperty } from '@nestjs/swagger';
import { addDays } from '../scheduling/study-day.js';
import type { Habits, Plan, SimulatedDay } from '../scheduling/simulate.js';

class SimulatedDayView {
  @ApiProperty({ description: 'A study day.', example: '2026-11-24' })
  date: string;

  @ApiProperty({ type: 'integer', example: 112 })
  reviews: number;

  @ApiProperty({ type: 'integer', example: 20 })
  new_cards: number;

  @ApiProperty({ example: 24.5 })
  minutes: number;

  @ApiProperty({ description: 'Cards that would be remembered at the end of the day.', example: 811.4 })
  remembered: number;
}

class AssumptionsView {
  @ApiProperty({
    type: 'integer',
    description: 'Your last answers that the habits are taken from.',
    example: 5000,
  })
  answers: number;

  @ApiProperty({ description: 'To learn a new card, all steps of the day.', example: 31.2 })
  seconds_new: number;

  @ApiProperty({ description: 'To answer a card that is remembered.', example: 6.1 })
  seconds_recalled: number;

  @ApiProperty({ description: 'To answer a forgotten card, and to learn it again.', example: 18.7 })
  seconds_forgotten: number;

  @ApiProperty({ example: 0.9 })
  desired_retention: number;

  @ApiProperty({ type: 'integer', example: 20 })
  new_per_day: number;

  @ApiProperty({ type: 'integer', example: 200 })
  reviews_per_day: number;

  @ApiProperty({ type: 'integer', example: 1 })
  seed: number;
}

export class SimulationView {
  @ApiProperty({ description: 'On average.', example: 104.2 })
  reviews_per_day: number;

  @ApiProperty({ description: 'On average.', example: 22.8 })
  minutes_per_day: number;

  @ApiProperty({ type: 'integer', description: 'New cards over all days.', example: 1_800 })
  new_cards: number;

  @ApiProperty({ description: 'Cards that would be remembered at the end.', example: 2_204.6 })
  remembered: number;

  @ApiProperty({ type: AssumptionsView })
  assumptions: AssumptionsView;

  @ApiProperty({ type: [SimulatedDayView] })
  days: SimulatedDayView[];
}

/** @param today the first simulated study day */
export function simulationView(
  days: SimulatedDay[],
  plan: Plan,
  habits: Habits & { answers: number },
  today: string,
): SimulationView {
  const sum = (of: (day: SimulatedDay) => number) => days.reduce((total, day) => total + of(day), 0);
  return {
    reviews_per_day: tenths(sum(({ reviews }) => reviews) / days.length),
    minutes_per_day: tenths(sum(({ minutes }) => minutes) / days.length),
    new_cards: sum(({ newCards }) => newCards),
    remembered: tenths(days.at(-1)?.remembered ?? 0),
    assumptions: {
      answers: habits.answers,
      seconds_new: tenths(habits.secondsNew),
      seconds_recalled: tenths(habits.secondsRecalled),
      seconds_forgotten: tenths(habits.secondsForgotten),
      desired_retention: plan.desiredRetention,
      new_per_day: plan.newPerDay,
      reviews_per_day: plan.reviewsPerDay,
      seed: plan.seed,
    },
    days: days.map((day, index) => ({
      date: addDays(today, index),
      reviews: day.reviews,
      new_cards: day.newCards,
      minutes: tenths(day.minutes),
      remembered: tenths(day.remembered),
    })),
  };
}

function tenths(number: number): number {
  return Math.round(number * 10) / 10;
}
