#!/usr/bin/env python3
"""What programs say and their manual pages do not.

usage: diagnostics.py MANDIR SOURCE.c...
       diagnostics.py -b BINDIR MANDIR SOURCE.c...

Prints PROGRAM: TEXT for each text of a die(), warn() or info() that stands
neither in the program's page nor among what every program may say,
exitcodes(7).  A conversion of a format stands for any words of the page.

A SOURCE is a program's; with -b it is of lib/, and a text counts for each
program of BINDIR that has it in it.  It may stand in a page of section 5 or 7
that the program's page refers to.
"""
import glob, os, re, sys

CALL = re.compile(r'\b(die|warn|info)\s*\(')
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
CONVERSION = re.compile(r'%[-+ #0]*[0-9*]*(?:\.[0-9*]+)?'
                        r'(?:hh|h|ll|l|z|j)?[a-zA-Z%]')


def words(page):
    text = open(page).read()
    text = re.sub(r'^\.\\".*\n', '', text, flags=re.M)
    text = re.sub(r'^\.[A-Z][a-z]*\s*', '', text, flags=re.M)
    text = re.sub(r'\b(Ar|Pa|Ql|Li|Cm|Fl|Ns|Xr|Dv|Ev|No)\b', '', text)
    text = text.replace('\\&', '').replace('\\-', '-').replace('"', '')
    return re.sub(r'\s+', ' ', text)


def argument(rest):
    """what stands before the comma or parenthesis that ends it"""
    depth, at = 0, 0
    while at < len(rest):
        s = STRING.match(rest, at)
        if s:
            at = s.end()
            continue
        c = rest[at]
        if depth == 0 and c in ',)':
            break
        depth += (c == '(') - (c == ')')
        at += 1
    return rest[:at]


def formats(expression):
    """each literal of it, or several that stand side by side"""
    expression = re.sub(r'"\s*PRI[a-z0-9]+\s*"', 'd', expression)
    for m in re.finditer(r'(?:"(?:[^"\\]|\\.)*"\s*)+', expression):
        yield ''.join(s[1:-1] for s in STRING.findall(m.group(0)))


def texts(source):
    code = re.sub(r'/\*.*?\*/', '', open(source).read(), flags=re.S)
    for m in CALL.finditer(code):
        rest = code[m.end():]
        if m.group(1) == 'die':
            rest = rest[len(argument(rest)) + 1:]
        yield from formats(argument(rest))


def stands(text, page):
    text = re.sub(r'^bad -[A-Za-z] ', 'bad -OPTION ', text)
    parts = [re.escape(p) for p in
             (x.replace('\\"', '').strip(' :,;') for x in
              CONVERSION.split(text)) if len(p) > 2]
    return re.search('.{1,80}?'.join(parts), page) is not None


def common(name):
    """the pages of formats and manners that a page refers to"""
    refs = re.findall(r'^\.Xr ([a-z0-9-]+) ([57])', open(name).read(), re.M)
    files = [man + '/' + n + '.' + s for n, s in dict.fromkeys(refs)]
    return [words(f) for f in files if os.path.exists(f)]


def check(name, text, pages):
    if not any(stands(text, p) for p in pages):
        print(name + ': ' + text)


def page_of(name):
    found = glob.glob(man + '/' + name + '.[18]')
    return found[0] if found else None


def of_programs(sources):
    for source in sources:
        name = os.path.basename(source)[:-2]
        for text in dict.fromkeys(texts(source)):
            check(name, text, [words(page_of(name)), everybody])


def of_libraries(bindir, sources):
    all_texts = dict.fromkeys(t for s in sources for t in texts(s))
    for name in sorted(os.listdir(bindir)):
        page = page_of(name)
        if page is None:
            continue
        with open(os.path.join(bindir, name), 'rb') as f:
            code = f.read()
        pages = [words(page), everybody] + common(page)
        for text in all_texts:
            raw = text.replace('\\"', '"').replace('\\n', '\n')
            if code.find(b'\0' + raw.encode() + b'\0') != -1:
                check(name, text, pages)


args = sys.argv[1:]
bindir = None
if args[0] == '-b':
    bindir, args = args[1], args[2:]
man = args[0]
everybody = words(man + '/exitcodes.7')
if bindir is None:
    of_programs(args[1:])
else:
    of_libraries(bindir, args[1:])
