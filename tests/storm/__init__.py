"""Storms: what attacks the bot from outside, on a stand-in Discord, a real database and a real bot process.

`make storm` runs all, `STORM=name make storm` one; `make test` runs those marked `short`, in a short form.

To add one, write a function into a file of `storms/` (any name; every file there is found):

    from tests.storm.ground import Ground, storm

    @storm("name-of-it", channels=20)     # database="postgres" for one of its own; short=True: in `make test`
    def name_of_it(ground: Ground) -> None:
        \"\"\"One sentence: what happens.\"\"\"
        ground.begin()                    # a feed in every channel, due now, and a bot that has connected
        ground.postgres.stop()            # break something
        ground.wait(ground.seconds(60, short=5))
        ground.postgres.start()
        ground.over()                     # from here on the bot has to recover: `late_s` counts from here

Then the runner waits (at most `patience` seconds, 180 unless told) until nothing is due or under way, counts
what arrived, and prints `NAME messages N missing N double N late_s N recovered yes`. Recovered is: every
channel has its message, none has two, every thread and publication is there, the bot still runs, Discord
would have refused none of its requests, and no trace is in its log (but with `traces=True`).

`late_s` is from the due time, or from the end of the fault where `over` says when that was, to the last post.
`ground.expect(condition, "what")` adds a condition of the storm's own; `ground.without(channel)` takes one
out of the count that must get nothing. `ground.town`, `ground.stand_in`, `ground.bots` and `ground.url` are
there to work with. A storm that needs other feeds changes them between `ground.subscribe()` and
`ground.start()`, which `begin` calls one after the other.
"""
