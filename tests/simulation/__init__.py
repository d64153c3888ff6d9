"""A year of failing payments in a few minutes: what Raseed's re-attempts do in it, and a judge.

Razorpay is the sandbox, in this process, with its answers lost and its webhooks dropped. Buyers,
banks and sellers act at random, from a seed. Raseed is the real one: its inbox, its tasks, its
mails. `model` says what should come of it, by the contract alone and without looking at our code;
`checks` compares. See docs/simulation.md.
"""
