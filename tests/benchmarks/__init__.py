"""How fast formclerk is, as ratios within one run: `make bench`, or `python -m tests.benchmarks`.

How to read the table:

- `value` is the median of what was measured; `floor` is the least that the same work costs on the same
  machine in the same minute: the standard library parses the mail, `zipfile` unpacks its Word file, lxml
  parses the XML; the disk is asked for the same syncs and nothing else.  Floor and measure take turns, so
  that a busy machine slows both.  From Dovecot to Postfix (`throughput`) the floor is a loop that fetches,
  parses, writes one durable row and sends one mail (`bare_loop`); a busy machine slows us more there, since
  a mail waits for its turn at more doors: the CPU of both is told beside.
- `ratio` is value by floor.  It compares from one machine to another; milliseconds do not.
- `target` is what the value, or the ratio where it has an `×`, should stay under; `ok` says whether it did.
- The first line is the machine's noise: how far apart the same piece of arithmetic was during the run.  Above
  about 30 % look at ratios only, above 100 % run it again.

A number that misses its target is no failed test: the command ends with 0 unless something could not be
measured at all.  `--quick` takes smaller samples and stores, `--only NAME …` some measures, `--json` prints
one object.
"""
