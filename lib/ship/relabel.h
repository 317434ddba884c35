#ifndef SHIP_RELABEL_H
#define SHIP_RELABEL_H

#include "base/buf.h"
#include "format/ltsv.h"

/*
 * A table of labels, conf-ship(5), which says how the labels of events go to a
 * destination: a line for each label, and `*` for all that have none,
 *
 *   LABEL keep | drop | ACTION...
 *   ACTION: rename NEW, hash, cut BYTES
 *
 * and `:key FILE`, the key of the hashes.  Without a table all are kept.
 */
enum {
	RELABEL_MAX = 256,       /* labels */
	RELABEL_CUT_MAX = 65536, /* bytes that a value may be cut to */
	RELABEL_KEY_MIN = 16,    /* bytes of the key: a short one is guessed */
	RELABEL_KEY_MAX = 1024,
	RELABEL_HASH_LEN = 32 /* digits of a hash */
};

struct relabel_rule {
	char label[LTSV_LABEL_MAX + 1]; /* or "*" */
	char name[LTSV_LABEL_MAX + 1]; /* what it is called then; empty: same */
	unsigned cut;                  /* 0: not */
	unsigned drop : 1, hash : 1;
};

struct relabel {
	struct relabel_rule rule[RELABEL_MAX];
	unsigned n;
	int other; /* the rule for all that have none, or -1 */
	char key_file[1024];
	char key[RELABEL_KEY_MAX]; /* set by who has read that file */
	size_t key_len;
};

/* one line, no comment and not blank; NULL, or what is wrong */
const char *relabel_line(struct relabel *, const char *, size_t n);
/* behind the last line: NULL, or what is wrong */
const char *relabel_end(const struct relabel *);
/* an empty one, all kept */
void relabel_begin(struct relabel *);
/* append the fields of an event, with a TAB before each; 0, or -1 with ENOMEM.
 * Labels `eid`, `src` and `v` never come twice: these are left out, because a
 * batch has its own */
int relabel_put(const struct relabel *, const struct ltsv *, struct buf *out);

#endif
