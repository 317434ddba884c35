#!/usr/bin/env python3
"""order.py FILE... - expressions whose calls may run in any order

C says in which order the operands of && || ? and the comma run, and of no
other operator; nor in which order the arguments of a call do (C11 6.5 and
6.5.2.2).  With `buf_putc(b, ' ') | buf_puts(b, s)` a compiler may write the
text in front of the blank.  Prints

    FILE:LINE: CALL and CALL have no order

for each operator, and each list of arguments, of which two sides call
functions that leave something behind.  Which ones do is known by their names:
each under `|`, which joins results of calls that were made for what they do,
but those of PURE; and elsewhere those that EFFECT matches."""
import re
import sys

TOKEN = re.compile(
    r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|[A-Za-z_]\w*|\.?\d[\w.]*'
    r'|->|\+\+|--|<<=|>>=|<<|>>|&&|\|\||[-+*/%&|^=<>!]=|\S', re.S)
WORDS = set("if while for switch return sizeof case else do defined __attribute__ _Static_assert".split())
PURE = re.compile(r"^(ascii_hex_value(_upper)?|hex|dnssigned_byte|buf_len|buf_data|strlen|fcntl)$")
EFFECT = re.compile(
    r"(^|_)(put(s|c|num|_\w+)?|v?d?printf|add|append|read|write|recv|send|next|take|push|pop|feed|turn|say|ask|set"
    r"|fgets|getc|getline|strtok(_r)?|rand(om)?)$")
OPERATORS = set("| ^ & + - * / % << >>".split())
ENDS = set(", ; { } ? : && || = |= += -= &= ^= *= /= %= <<= >>= return case else".split())


def tokens(text):
    """Words and signs with their lines, without comments and directives."""
    text = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda m: re.sub(r"[^\n]", " ", m.group()), text, flags=re.M)
    line, at, out = 1, 0, []
    for m in TOKEN.finditer(text):
        line += text.count("\n", at, m.start())
        at = m.start()
        if not m.group().startswith(("/*", "//")):
            out.append((m.group(), line))
    return out


def is_name(word):
    """Of a function, perhaps: macros are not looked into."""
    return re.match(r"[A-Za-z_]", word) and word not in WORDS and word != word.upper()


def calls(side, wanted):
    return [a for (a, _), (b, _) in zip(side, side[1:]) if b == "(" and is_name(a) and wanted(a)]


def side(t, i, step):
    """The operand that ends before t[i], or begins behind it."""
    opening, closing, depth, j = ("([", ")]", 0, i + step)
    if step < 0:
        opening, closing = closing, opening
    while 0 <= j < len(t):
        word = t[j][0]
        if word in opening:
            depth += 1
        elif word in closing:
            depth -= 1
            if depth < 0:
                break
        elif depth == 0 and word in ENDS:
            break
        j += step
    return t[i + 1:j] if step > 0 else t[j + 1:i]


def is_binary(t, i):
    before = t[i - 1][0] if i else ""
    return bool(re.match(r"[\w)\]\"']", before)) and before not in WORDS


def has_effect(name):
    return EFFECT.search(name)


def operators(t):
    for i, (word, line) in enumerate(t):
        if word not in OPERATORS or not is_binary(t, i):
            continue
        wanted = (lambda name: not PURE.match(name)) if word == "|" else has_effect
        left, right = calls(side(t, i, -1), wanted), calls(side(t, i, 1), wanted)
        if left and right:
            yield line, left[-1], right[0]


def arguments(t):
    for i in range(1, len(t)):
        if t[i][0] != "(" or not is_name(t[i - 1][0]):
            continue
        depth, start, found = 0, i + 1, []
        for j in range(i, len(t)):
            word = t[j][0]
            depth += (word in "([{") - (word in ")]}")
            if (depth == 1 and word == ",") or depth == 0:
                found += calls(t[start:j], has_effect)[:1]
                start = j + 1
            if depth == 0 or word == ";":
                break
        if len(found) > 1:
            yield t[i][1], found[0], found[1]


def main():
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as f:
            t = tokens(f.read())
        for line, a, b in sorted(set(operators(t)) | set(arguments(t))):
            print(f"{path}:{line}: {a} and {b} have no order")


main()
