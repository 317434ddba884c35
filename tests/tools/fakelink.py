#!/usr/bin/env python3
"""A next link for queue-run that does what the recipient says.

usage: fakelink.py [JOBS]      copies of the jobs are appended to file JOBS,
                               with a label `seen': how often it came before

The local part of "to" is a list of words with + between, one for each time
the job comes; the last one repeats:
  sent deferred bounced       that status
  relayed delivered expanded  sent, and its sender wants to hear of that
  doubt                       deferred, doubt:1
  next                        deferred, to be tried again in 0.2 s
  soon, doubtsoon             the same in 10 ms; with doubt:1
  c-X                         deferred, class:X
  hold                        deferred, hold:1
  later                       in 0.2 s
  off                         later, in an hour, with a text
  full                        later, and the site has no room for 1 s
  silent                      no answer
  late                        deferred, after 2 s
  twice                       sent, two answers
  junk                        three lines that are no answer, then sent
  die                         one answer cut in the middle, then the end"""
import os
import sys
import threading
import time

jobs = open(sys.argv[1], "ab", 0) if len(sys.argv) > 1 else None
times = {}


def say(line):
    sys.stdout.write(line + "\n")


def late(line):
    say(line)
    sys.stdout.flush()


for line in sys.stdin:
    f = {}
    for field in line.rstrip("\n").split("\t"):
        label, value = field.split(":", 1)
        f.setdefault(label, value)
    key = f["id"], f["n"]
    words = f["to"].split("@")[0].split("+")
    word = words[min(times.get(key, 0), len(words) - 1)]
    if jobs:
        jobs.write(("%s\tseen:%d\n" % (line.rstrip("\n"),
                                       times.get(key, 0))).encode())
    times[key] = times.get(key, 0) + 1
    site = "\tsite:mx." + f["to"].split("@")[1].lower()
    start = "id:%s\tn:%s\tstatus:" % key
    now = time.time()
    if word in ("sent", "deferred", "bounced"):
        code = {"s": "250\tesc:2.0.0", "d": "450\tesc:4.2.0",
                "b": "550\tesc:5.1.1"}[word[0]]
        say(start + word + "\tcode:" + code + "\thost:mx" + site +
            "\ttext:as you say")
    elif word in ("relayed", "delivered", "expanded"):
        say(start + "sent\tesc:2.0.0\thost:mx\ttext:ok\tdsn:" + word + site)
    elif word == "doubt":
        say(start + "deferred\tdoubt:1\ttext:who knows" + site)
    elif word == "next":
        say(start + "deferred\tnext:%.3f%s" % (now + 0.2, site))
    elif word in ("soon", "doubtsoon"):
        say(start + "deferred\tnext:%.3f%s%s" % (
            now + 0.01, site, "\tdoubt:1" if word[0] == "d" else ""))
    elif word == "hold":
        say(start + "deferred\tcode:550\thost:mx\ttext:ask\thold:1"
            "\treply-rule:replies:3" + site)
    elif word.startswith("c-"):
        say(start + "deferred\tclass:" + word[2:] + site)
    elif word == "later":
        say(start + "later\tnext:%.3f%s" % (now + 0.2, site))
    elif word == "off":
        say(start + "later\ttext:limit of the day\tnext:%.3f%s" % (
            now + 3600, site))
    elif word == "full":
        say(start + "later\troom:0\tnext:%.3f%s" % (now + 1, site))
    elif word == "late":
        timer = threading.Timer(2, late, (start + "deferred" + site,))
        timer.daemon = True
        timer.start()
    elif word == "twice":
        say(start + "sent" + site)
        say(start + "sent" + site)
    elif word == "junk":
        say("foo")
        say("id:" + key[0] + "\tn:99\tstatus:sent")
        say(start + "perhaps")
        say(start + "sent" + site)
    elif word == "die":
        sys.stdout.write(start + "se")
        sys.stdout.flush()
        os._exit(1)
    sys.stdout.flush()
