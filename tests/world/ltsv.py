"""Lines of logs, event(5): written and read."""
import glob, os, re

ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": "\\0"}
BACK = {"\\": "\\", "t": "\t", "n": "\n", "r": "\r", "0": "\0"}


def line(pairs):
    return "\t".join("%s:%s" % (k, "".join(ESCAPES.get(c, c) for c in str(v)))
                     for k, v in pairs) + "\n"


def _unescape(m):
    x = m.group(1)
    return BACK[x] if len(x) == 1 else chr(int(x[1:], 16))


def parse(text):
    """the labels of a line; svlogd's time in front is no part of it"""
    text = re.sub(r"^[0-9T:.-]{19,32} ", "", text.rstrip("\n"))
    found = {}
    for field in text.split("\t"):
        k, colon, v = field.partition(":")
        if colon:
            found[k] = re.sub(r"\\([\\tnr0]|x[0-9a-f]{2})", _unescape, v)
    return found


def read(path):
    try:
        with open(path, encoding="utf-8", errors="surrogateescape", newline="\n") as f:
            text = f.read()
    except FileNotFoundError:
        return []
    # the last line may be being written
    return [parse(l) for l in text.split("\n")[:-1]]


def events(instance):
    """what the log of an instance says became of mail, in its order"""
    found = []
    for folder in sorted(glob.glob(os.path.join(instance, "log", "*-final"))):
        names = [n for n in os.listdir(folder) if n.startswith("@")]
        for name in sorted(names) + ["current"]:
            found += [e for e in read(os.path.join(folder, name)) if "ev" in e]
    return sorted(found, key=lambda e: e.get("ts", ""))
