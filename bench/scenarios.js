import { randomUUID } from 'node:crypto';
import { PASSWORD } from './seed.js';

const pick = (list) => list[Math.floor(Math.random() * list.length)];

const get = (path) => ({ method: 'GET', path });
const post = (path, body) => ({ method: 'POST', path, body: JSON.stringify(body) });

/** Any card of a learner; the ids of the cards of one lie in one range. */
const card = ({ firstCard, cards }) => firstCard + Math.floor(Math.random() * cards);

const BATCH = 1_000;

/** A long day offline: so many different cards, spread over all of the learner's. */
function batch({ firstCard, cards }) {
  const reviewed_at = new Date().toISOString();
  const shift = Math.random();
  const reviews = Array.from({ length: BATCH }, (_, n) => ({
    ...{ client_id: randomUUID(), flashcard_id: firstCard + Math.floor((n + shift) * (cards / BATCH)) },
    ...{ rating: 3, reviewed_at, duration_ms: 4_000 },
  }));
  return post('/reviews/batch', { reviews });
}

/**
 * What is asked for. `ask` makes the request of a learner, and `floor` says that the floor answers it too; `connections`
 * is for what many at a time would only make wait for each other, `amount` for what takes too long to be done often in
 * the seconds of a round, and `probes` are the requests whose statements are counted.
 */
export const SCENARIOS = {
  decks: { floor: true, ask: () => get('/decks?page=1&per_page=10') },
  cards: { floor: true, ask: ({ decks }) => get(`/flashcards?deck_id=${pick(decks)}&page=1&per_page=10`) },
  dashboard: { floor: true, ask: () => get('/dashboard') },
  review: {
    floor: true,
    ask: (learner) =>
      post('/progress', {
        flashcard_id: card(learner),
        was_correct: Math.random() < 0.88,
        duration_ms: 6_000,
      }),
  },
  queue: { ask: () => get('/study/queue') },
  batch: { connections: 1, amount: 3, probes: 1, ask: batch },
  login: { ask: ({ email }) => post('/login', { email, password: PASSWORD }) },
  mix: {
    /** What a client asks for while somebody studies. */
    ask: (learner) => {
      const dice = Math.random() * 100;
      if (dice < 40) return SCENARIOS.review.ask(learner);
      if (dice < 65) return SCENARIOS.queue.ask(learner);
      if (dice < 80) return SCENARIOS.dashboard.ask(learner);
      return dice < 90 ? get('/decks?include=counts') : SCENARIOS.cards.ask(learner);
    },
  },
};

/** The same for everybody who asks over HTTP: any of the learners, with their token. */
export function requestOf(scenario, learners) {
  const learner = pick(learners);
  const { body, ...request } = SCENARIOS[scenario].ask(learner);
  const headers = {
    ...(scenario !== 'login' && { authorization: `Bearer ${learner.token}` }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
  };
  return { ...request, headers, body };
}
