#!/usr/bin/env python3
"""Print a delivery report as Python's email package understands it, a fact a
line, for tests to compare.  usage: dsnshow.py FILE"""
import email
import email.policy
import re
import sys

raw = open(sys.argv[1], "rb").read()
m = email.message_from_bytes(raw, policy=email.policy.default)
print("defects", [type(d).__name__ for d in m.defects])
print("type", m.get_content_type(), m.get_param("report-type"))
for name in ("From", "To", "Subject", "Auto-Submitted", "MIME-Version",
             "In-Reply-To", "References", "Content-Transfer-Encoding"):
    if m[name] is not None:
        print(name + ":", m[name])
for name in ("Date", "Message-ID"):
    print("has", name, m[name] is not None)
print("longest line", max(len(s) for s in raw.split(b"\n")) <= 998)
parts = list(m.iter_parts())
for p in parts:
    print("part", p.get_content_type(), p.get("Content-Transfer-Encoding", "-"),
          [type(d).__name__ for d in p.defects])
text = parts[0].get_content()
print("text width", max(len(s) for s in text.split("\n")) <= 80)
if len(sys.argv) > 2:
    print(text)
status = parts[1].get_payload()
if isinstance(status, str):
    status = [email.message_from_string(s + "\n", policy=email.policy.compat32)
              for s in re.split(r"\n\n", status.strip("\n"))]
for block in status:
    print("block")
    for k, v in block.items():
        print("  %s: %s" % (k, "DATE" if k.endswith("-Date") or
                            k == "Will-Retry-Until" else v))
if len(parts) > 2:
    body = parts[2].get_payload()
    if isinstance(body, list):
        body = body[0]
        print("original", body["Subject"], "|", str(body.get_payload())[:40].strip())
    else:
        print("original header", [s.split(":")[0] for s in body.strip().split("\n")])
