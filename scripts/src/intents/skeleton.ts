/** What `nearside pack init` writes: a small file that builds as it stands, with a word on each part. */
export const skeleton = `# Questions that your gateway answers by itself, without a model. Build with: nearside pack build FILE
pack: shop
language: en
# How often an answer has to be right: 0.99 is one error in a hundred. What is less certain goes on to a model.
precision: 0.99

# Filled in wherever {{name}} stands.
constants:
  shop: Corner Shop
  hours: Monday to Saturday, 9 to 19

# A system prompt may change what a question means, so none is answered under one, but under these, word for word.
systemPrompts:
  - You are the assistant of Corner Shop.

intents:
  opening-hours:
    # Ten and more, as customers write them: the report says where they do not suffice.
    examples:
      - when are you open
      - what are your opening hours
      - are you open today
      - how late can I come by
      - at what time do you close
      - when do you open in the morning
    answer: "{{shop}} is open {{hours}}."
    # Only straight after that answer, and only in these words.
    followUps:
      - asked: [and on Sundays, what about Sundays]
        answer: On Sundays we are closed.

  branch-address:
    # What a question has to name. On the right what the answer writes.
    slots:
      city:
        Berlin: Lindenweg 1, 10115 Berlin
        Hamburg: Hafenstraße 2, 20095 Hamburg
    examples:
      - where is your shop in {{city}}
      - what is the address in {{city}}
      - how do I find you in {{city}}
      - address of the {{city}} branch
    answer: You find us at {{city}}.

  winter-sale:
    examples:
      - when does the winter sale begin
      - is there a winter sale
      - are there reductions at the moment
      - what is on sale this winter
      - do you have discounts now
    answer: The winter sale runs until the 31st of January, with 20 % off coats and shoes.
    # Days of UTC, the last one included.
    valid: { from: 2026-12-27, until: 2027-01-31 }

# What sounds like yours and is not: the more of it, the better the pack abstains.
outOfScope:
  - when is the museum open
  - what is the address of the town hall
  - write me a poem about winter
  - how late is it in New York
  - translate opening hours into French
  - why are shops closed on Sundays in Germany
`
