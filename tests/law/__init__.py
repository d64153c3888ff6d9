"""The law of the books, held by a reference model.

`model.fold(facts, orders, now) -> Books` says what one gateway's books must be after a set of
facts, whatever their order; it is written from the contract and imports nothing of ours
(test_model.py). `ours.books_of(gateway) -> Books` reads our database into the same plain
dataclasses (shapes.py), and `comparing.differences(expected, found) -> list[str]` names every row
and field in which they differ; empty means equal.

    facts   facts.Fact(raw: the bytes of the body, learnt: Unix seconds of its first arrival);
            facts.fact(body, learnt) makes one of a dict as tests.conftest.Razorpay.tell sends it;
            telling.facts_of(gateway) takes those that the inbox holds.
    orders  shapes.OurOrder: our own records; ours.orders_of(gateway) reads them from the database.
    now     Unix seconds: whether access is open and what has expired depend on it. Not before the
            newest fact.

What it does not model: what Raseed charges itself (mandates, bills), access that a person or the
account's switch gave, reminders that went out (it knows no beat), and money that does not fit its
order. What it does not compare:

* what is set once, but for ids, e-mail, token and notes of payments: not that of subscriptions,
  invoices and mandates
* of a try of a cycle that failed, its reason; and the tries of a cycle that have no number (by
  hand, by the buyer, unclear)
* of mails, whether one is owed: only that there are not too many
* why and since when somebody has access, and the stories

Where the contract is silent, this is how it is read, here and in the code:

* a payment was taken (or failed) when the earliest dated body that tells of it says so; where none
  is dated, the earliest of them
* a subscription that was activated and never charged counts as paid until its first charge is due
* one of which every charge was given back counts as paid until the last of that went
* a series that is both old news and over (paid, halted, ended, gone on to a later cycle) is
  cancelled, not missed
* a cancellation, completion or expiry ranks above all events of its second
* what is set once is what the earliest snapshot said; of one second, the lesser text
* a period was paid for the plan that its charge names; one that only a bill tells of adds nothing
  to what the plan in force opens
* the resources that an unknown plan keeps are those of the last plan that is known
* of two failures of one second, the payment with the lesser id began the series
"""
