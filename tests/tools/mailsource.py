#!/usr/bin/env python3
"""mailsource.py PORT FROM TO [COUNT [SESSIONS]] - send small messages to 127.0.0.1

Ends with status 1 when one is not taken.
"""
import smtplib, sys, threading

port, sender, to = int(sys.argv[1]), sys.argv[2], sys.argv[3]
count, sessions = (int(a) for a in (sys.argv[4:] + ["1", "1"][len(sys.argv) - 4:])[:2])
numbers = iter(range(count))
lock = threading.Lock()
failed = []


def work():
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=60) as s:
            while True:
                with lock:
                    i = next(numbers, None)
                if i is None:
                    return
                s.sendmail(sender, [to], "From: %s\nTo: %s\nSubject: %d\n\n%s\n" % (sender, to, i, "x" * 70))
    except (OSError, smtplib.SMTPException) as e:
        failed.append(e)


threads = [threading.Thread(target=work) for _ in range(sessions)]
[t.start() for t in threads]
[t.join() for t in threads]
if failed:
    sys.exit("mailsource.py: %s" % failed[0])
