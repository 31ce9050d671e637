/**
 * A CTE `deck` that keeps the decks of cards from being deleted while these are changed. What locks several cards, or
 * removes one, asks for it first, by `(select count(*) from deck) > 0`: a deletion locks the deck before its cards, in an
 * order of its own, so that each would wait for the other. $1 is the learner.
 * @param cards the condition on the cards
 */
export const keptDecks = (cards: string) => `
  deck as materialized (
    select id from flashlearn.decks
    where user_id = $1 and id in (select deck_id from flashlearn.flashcards where user_id = $1 and ${cards})
    order by id for key share
  )`;
