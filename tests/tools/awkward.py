#!/usr/bin/env python3
"""Messages that signers and verifiers may see differently.

usage: awkward.py FOLDER

Writes one file each, LF line ends, into FOLDER; names say what is odd.
"""
import os, sys

HEAD = b"From: Ann <ann@example.org>\nTo: joe@example.net\nSubject: hello\nDate: Sun, 22 Nov 2026 00:00:00 +0000\nMessage-ID: <1@example.org>\n"


def messages():
    yield "plain", HEAD + b"\nhello\n"
    yield "no-body", HEAD
    yield "empty-body", HEAD + b"\n"
    yield "one-empty-line", HEAD + b"\n\n"
    yield "many-empty-lines", HEAD + b"\n" + b"\n" * 50
    yield "trailing-empty-lines", HEAD + b"\nhello\n\n\n\n"
    yield "blank-lines-at-end", HEAD + b"\nhello\n  \n\t\n \t \n"
    yield "blank-lines-only", HEAD + b"\n \n\t\n"
    yield "one-blank", HEAD + b"\n "
    yield "no-last-newline", HEAD + b"\nhello"
    yield "no-last-newline-blanks", HEAD + b"\nhello \t "
    yield "empty-lines-at-start", HEAD + b"\n\n\nhello\n"
    yield "blanks-in-lines", HEAD + b"\n a  b\tc \t d\n\te\n  f   \n"
    yield "blanks-at-line-ends", HEAD + b"\na \nb\t\nc \t \n"
    yield "empty-lines-within", HEAD + b"\na\n\n\nb\n \nc\n"
    yield "eight-bit-body", HEAD + bytes(range(0x80, 0x100)) .join([b"\n", b"\n"])
    yield "utf8-body", HEAD + "\ngr\u00fc\u00dfe \u4f60\u597d\n".encode()
    yield "control-bytes", HEAD + b"\na\x01\x02\x0b\x0c\x7f b\n"
    yield "long-line", HEAD + b"\n" + b"x" * 990 + b"\n"
    yield "very-long-line", HEAD + b"\n" + b"word " * 20000 + b"\n"
    yield "large", HEAD + b"\n" + b"".join(b"line %d  of  many \n" % i for i in range(20000))
    yield "dots", HEAD + b"\n.\n..\n.a\n"
    yield "from-line", HEAD + b"\nFrom here\n>From there\n"
    yield "folded-subject", HEAD.replace(b"Subject: hello", b"Subject: a\n b\n\tc\n   d") + b"\nx\n"
    yield "folded-at-colon", HEAD.replace(b"Subject: hello", b"Subject:\n hello") + b"\nx\n"
    yield "blanks-around-colon", HEAD.replace(b"Subject: hello", b"Subject:   hello   there \t ") + b"\nx\n"
    yield "no-blank-behind-colon", HEAD.replace(b": ", b":") + b"\nx\n"
    yield "empty-subject", HEAD.replace(b"Subject: hello", b"Subject:") + b"\nx\n"
    yield "blank-subject", HEAD.replace(b"Subject: hello", b"Subject: ") + b"\nx\n"
    yield "letter-case", HEAD.replace(b"Subject", b"SUBJECT").replace(b"From", b"fRoM") + b"\nx\n"
    yield "repeated-to", HEAD + b"To: a@example.net\nTo: b@example.net\nCc: c@example.net\nCC: d@example.net\n\nx\n"
    yield "repeated-received", b"Received: from a by b; x\n" * 20 + HEAD + b"\nx\n"
    yield "no-subject-no-to", b"From: ann@example.org\n\nx\n"
    yield "from-alone", b"From: ann@example.org\n"
    yield "from-last", b"Subject: x\nTo: y@example.net\nX-Other: z\nFrom: ann@example.org\n\nx\n"
    yield "eight-bit-header", HEAD.replace(b"hello", b"gr\xc3\xbc\xc3\x9fe") + b"\nx\n"
    yield "latin1-header", HEAD.replace(b"hello", b"gr\xfc\xdfe") + b"\nx\n"
    yield "encoded-words", HEAD.replace(b"hello", b"=?utf-8?q?gr=C3=BC=C3=9Fe?=\n =?utf-8?b?w6Q=?=") + b"\nx\n"
    yield "long-header-line", HEAD + b"References: " + b"<%s@example.org> " % (b"i" * 60) * 12 + b"\n\nx\n"
    yield "folded-references", HEAD + b"References:" + b"".join(b"\n <%d@example.org>" % i for i in range(50)) + b"\n\nx\n"
    yield "many-fields", HEAD + b"".join(b"X-Field-%d: value %d\n" % (i, i) for i in range(200)) + b"\nx\n"
    yield "mime", HEAD + (b"MIME-Version: 1.0\nContent-Type: multipart/mixed;\n\tboundary=\"b\"\n\n--b\n"
                          b"Content-Type: text/plain; charset=utf-8\n\nhi \n\n--b\nContent-Type: application/octet-stream\n"
                          b"Content-Transfer-Encoding: base64\n\nAAECAwQ=\n--b--\n\n")
    yield "list", HEAD + (b"List-Unsubscribe: <https://example.org/u>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n"
                          b"List-Id: <l.example.org>\nReply-To: l@example.org\nSender: s@example.org\nFeedback-ID: 1:2:3\n\nx\n")
    yield "signed-before", b"DKIM-Signature: v=1; a=rsa-sha256; d=other.example; s=x; h=from; bh=AA==; b=AA==\n" + HEAD + b"\nx\n"
    yield "display-name", HEAD.replace(b"Ann", b"\"Ann, (\\\"x\\\") <b@example.com>\"") + b"\nx\n"
    yield "comments", HEAD.replace(b"Ann <ann@example.org>", b"(a (b) c) ann@example.org (d)") + b"\nx\n"
    yield "colons-semicolons", HEAD.replace(b"hello", b"a:b;c=d; h=from:to; b=xyz") + b"\nb=1; bh=2\n"


os.makedirs(sys.argv[1], exist_ok=True)
for name, text in messages():
    with open(os.path.join(sys.argv[1], name), "wb") as f:
        f.write(text)
