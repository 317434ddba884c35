#!/usr/bin/env python3
"""security.py WORD: no message with this word in its subject; for filter(8), -c"""
import email.parser
import email.policy
import sys

message = email.parser.BytesParser(policy=email.policy.default).parse(sys.stdin.buffer, headersonly=True)
if sys.argv[1].lower() in (message["subject"] or "").lower():
    print(f"nothing about {sys.argv[1]}, please")
    sys.exit(100)
