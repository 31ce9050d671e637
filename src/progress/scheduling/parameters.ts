import { default_w } from 'ts-fsrs';

/**
 * What shapes a learner's intervals. Weights and steps are not changed in place: models are kept per array.
 */
export interface SchedulingParameters {
  /** The 21 FSRS-6 weights; `assertWeights` says which are valid. */
  w: readonly number[];
  /** Probability of recall at which a card falls due, 0.70 to 0.99. */
  desiredRetention: number;
  /** Waits in minutes before a new card becomes a review card; none: it becomes one at its first answer. */
  learningStepsMinutes: readonly number[];
  /** Waits in minutes after a lapse; none: the card is reviewed again after days. */
  relearningStepsMinutes: readonly number[];
  maximumIntervalDays: number;
  /** Lapses that make a leech; 0: never. */
  leechThreshold: number;
  /** Whether intervals are spread a little, so that cards learned together do not stay together. */
  fuzz: boolean;
}

/** Anki's defaults with the weights published for FSRS-6. */
export const DEFAULT_PARAMETERS: SchedulingParameters = {
  w: default_w,
  desiredRetention: 0.9,
  learningStepsMinutes: [1, 10],
  relearningStepsMinutes: [10],
  maximumIntervalDays: 36_500,
  leechThreshold: 8,
  fuzz: true,
};
