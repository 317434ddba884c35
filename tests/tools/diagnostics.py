#!/usr/bin/env python3
"""What programs say and their manual pages do not.

usage: diagnostics.py MANDIR SOURCE.c...

Prints PROGRAM: TEXT for each text of a die(), warn() or info() that stands
neither in the program's page nor among what every program may say,
exitcodes(7).  A conversion of a format stands for any words of the page.
"""
import glob, os, re, sys

CALL = re.compile(r'\b(die|warn|info)\s*\(')
LITERALS = re.compile(r'\s*((?:"(?:[^"\\]|\\.)*"\s*)+)')
CONVERSION = re.compile(r'%[-+ #0]*[0-9.*]*(?:hh|h|ll|l|z|j)?[a-zA-Z%]')


def words(page):
    text = open(page).read()
    text = re.sub(r'^\.\\".*\n', '', text, flags=re.M)
    text = re.sub(r'^\.[A-Z][a-z]*\s*', '', text, flags=re.M)
    text = re.sub(r'\b(Ar|Pa|Ql|Li|Cm|Fl|Ns|Xr|Dv|Ev|No)\b', '', text)
    text = text.replace('\\&', '').replace('\\-', '-').replace('"', '')
    return re.sub(r'\s+', ' ', text)


def texts(source):
    code = re.sub(r'/\*.*?\*/', '', open(source).read(), flags=re.S)
    for m in CALL.finditer(code):
        rest = code[m.end():]
        if m.group(1) == 'die':
            rest = rest[rest.find(',') + 1:]
        s = LITERALS.match(rest)
        if s:
            yield ''.join(re.findall(r'"((?:[^"\\]|\\.)*)"', s.group(1)))


def stands(text, page):
    parts = [re.escape(p) for p in
             (x.replace('\\"', '').strip(' :,;') for x in
              CONVERSION.split(text)) if len(p) > 2]
    return re.search('.{1,80}?'.join(parts), page) is not None


man = sys.argv[1]
everybody = words(man + '/exitcodes.7')
for source in sys.argv[2:]:
    name = os.path.basename(source)[:-2]
    page = words(glob.glob(man + '/' + name + '.[18]')[0])
    for text in dict.fromkeys(texts(source)):
        if not stands(text, page) and not stands(text, everybody):
            print(name + ': ' + text)
