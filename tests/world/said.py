"""said.py [-l] DIR LABEL... - of each message that was handed in to a world, in
their order, what the log said first, with -l last: RECIPIENT: EVENT VALUE..."""
import sys
sys.dont_write_bytecode = True
import verdict


def main():
    last = sys.argv[1] == "-l"
    folder, *labels = sys.argv[1 + last:]
    w = verdict.World(folder)
    for s in w.sent:
        for e in w.said[s["id"]][-1:] if last else w.said[s["id"]][:1]:
            print("%s: %s" % (s["to"], " ".join([e["ev"]] + [e[l] for l in labels if e.get(l)])))


if __name__ == "__main__":
    main()
