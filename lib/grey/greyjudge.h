#ifndef GREY_GREYJUDGE_H
#define GREY_GREYJUDGE_H

#include "base/table.h"
#include "conf/word.h"
#include "grey/file.h"
#include "grey/greykey.h"

/*
 * What greylisting says of a parcel, by its envelope: with the white list,
 * and with a journal that others may share.
 */
enum greyjudge_what {
	GREYJUDGE_PASS,    /* nothing to say: ours, or from no address */
	GREYJUDGE_LISTED,  /* by the white list, or for postmaster only */
	GREYJUDGE_PASSED,  /* seconds: it has waited so long; 0: it had
			    * passed before */
	GREYJUDGE_KNOWN,   /* its network is known */
	GREYJUDGE_DELAYED, /* seconds: to wait */
	GREYJUDGE_OPEN     /* the journal cannot be used: it passes */
};

struct greyjudge_verdict {
	enum greyjudge_what what;
	int64_t seconds;
	struct greykey key; /* its first part; of the last recipient */
};

struct greyjudge {
	struct greykey_conf keys;
	struct greylist list;
	struct greyfile journal;
	struct table table; /* path NULL: no white list */
	const char *dir;    /* of the journal, for messages */
	unsigned warned : 1, warned_table : 1;
};

/* "delayed", ..., for the log */
const char *greyjudge_word(enum greyjudge_what);
/* env: envelope lines; now_s: seconds since 1970.  The journal is open.
 * What it has to complain of it says */
void greyjudge(struct greyjudge *, const struct buf *env, int64_t now_s,
    struct greyjudge_verdict *);
/* damaged lines of the journal are told, once */
void greyjudge_tell(struct greyjudge *);
/* the next value of the lines with this key, escapes undone, of "to" the
 * address alone, into out; *at is NULL first.  1, or 0 at the end */
int greyjudge_next(const struct buf *env, const char *key, const char **at,
    struct buf *out);

#endif
