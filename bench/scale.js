// How times grow: with the cards of one learner, and with the number of learners. One request at a time, so that what is
// measured is the request and no queue.
import { compare } from './measure.js';
import { brief, machine, table } from './report.js';
import { setStage } from './stage.js';

const CARDS = [1_000, 10_000, 100_000];
const LEARNERS = [10, 1_000];
const ALL_LEARNERS = [...LEARNERS, 10_000];

/** Each with answers: six of each card for one learner, one where there are many. */
const [REVIEWS, REVIEWS_OF_MANY] = [6, 1];

/** What depends on how much there is; hashing a password does not. */
const isAbout = (scenario) => !['login', 'mix'].includes(scenario);

export async function measureScale(options) {
  const scenarios = options.scenarios.filter(isAbout);
  const { cards, on } = await ofOneLearner({ ...options, scenarios });
  console.log(`\nOne learner with so many cards, p50 in ms:\n${print(cards, CARDS)}`);
  const sizes = options.full ? ALL_LEARNERS : LEARNERS;
  const learners = await ofManyLearners({ ...options, scenarios }, sizes);
  console.log(`\nSo many learners with 1,000 cards each, p50 in ms:\n${print(learners, sizes)}`);
  return { machine: on, results: { cards, learners } };
}

/** Three learners in one database, whose turns alternate. */
async function ofOneLearner(options) {
  const stage = await setStage(options);
  try {
    const contenders = [];
    for (const cards of CARDS) {
      const learners = await seed(stage, { learners: 1, cards, reviews: REVIEWS });
      contenders.push([cards, 'service', learners]);
    }
    const results = {};
    for (const scenario of options.scenarios)
      results[scenario] = await compare(stage, scenario, contenders, options);
    return { cards: results, on: machine(stage.version) };
  } finally {
    await stage.close();
  }
}

/** One database that grows; here the sizes cannot alternate. */
async function ofManyLearners(options, sizes) {
  const stage = await setStage(options);
  const results = Object.fromEntries(options.scenarios.map((scenario) => [scenario, {}]));
  try {
    // Nothing here searches, and to fill the index of the search with ten million cards would take an hour.
    if (options.full) await stage.database.query('drop index flashlearn.flashcards_search');
    let everybody = [];
    let there = 0;
    for (const size of sizes) {
      const added = await seed(stage, { learners: size - there, cards: 1_000, reviews: REVIEWS_OF_MANY });
      everybody = [...everybody, ...added];
      there = size;
      for (const scenario of options.scenarios) {
        const contenders = [[size, 'service', everybody]];
        Object.assign(results[scenario], await compare(stage, scenario, contenders, options));
      }
    }
    return results;
  } finally {
    await stage.close();
  }
}

async function seed(stage, amounts) {
  const started = performance.now();
  const learners = await stage.addLearners(amounts);
  const seconds = (performance.now() - started) / 1_000;
  process.stderr.write(`${amounts.learners} x ${amounts.cards} cards made in ${seconds.toFixed(1)} s\n`);
  return learners;
}

function print(results, sizes) {
  const rows = Object.entries(results).map(([scenario, bySize]) => {
    const times = sizes.map((size) => bySize[size].p50);
    return [scenario, ...times.map(brief), brief(times.at(-1) / times[0])];
  });
  return table(['', ...sizes.map((size) => size.toLocaleString('en')), 'largest / smallest'], rows);
}
